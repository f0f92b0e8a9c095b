print("venule")

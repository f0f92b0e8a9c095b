#pragma once
#include <hdf5.h>
#include <string.h>

/*
 * What Swift cannot import from hdf5.h: constants that are macros around a function call, versioned functions,
 * and callbacks with C structures.
 */

static inline hid_t venule_h5_native_float(void) { return H5T_NATIVE_FLOAT; }

/* A memory type for variable-length strings of the given character set; a new identifier or a negative number. */
static inline hid_t venule_h5_variable_string(H5T_cset_t cset) {
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type < 0) return type;
    if (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, cset) < 0) {
        H5Tclose(type);
        return -1;
    }
    return type;
}

static inline herr_t venule_h5_refuse_external_link(const char *parent_file, const char *parent_group,
    const char *child_file, const char *child_object, unsigned *flags, hid_t fapl, void *data) {
    (void)parent_file, (void)parent_group, (void)child_file, (void)child_object, (void)flags, (void)fapl, (void)data;
    return -1;
}

/* A property list for H5Lget_info and H5Oopen under which no path leaves the file. */
static inline hid_t venule_h5_link_access(void) {
    hid_t list = H5Pcreate(H5P_LINK_ACCESS);
    if (list < 0) return list;
    if (H5Pset_elink_cb(list, venule_h5_refuse_external_link, NULL) < 0) {
        H5Pclose(list);
        return -1;
    }
    return list;
}

/*
 * Opens a file for reading. No lock is taken: a model on a read-only or network file system stays readable.
 * Errors are not printed, and filters are not loaded from plug-in folders, from here on.
 */
static inline hid_t venule_h5_open(const char *path) {
    if (H5open() < 0 || H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0 || H5PLset_loading_state(0) < 0) return -1;
    hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    if (list < 0) return list;
    hid_t file = -1;
    if (H5Pset_file_locking(list, 0, 1) >= 0 && H5Pset_fclose_degree(list, H5F_CLOSE_STRONG) >= 0)
        file = H5Fopen(path, H5F_ACC_RDONLY, list);
    /* H5Pclose would empty the error stack. */
    hid_t errors = H5Eget_current_stack();
    H5Pclose(list);
    if (errors >= 0) H5Eset_current_stack(errors);
    return file;
}

/* How a path's last component is linked. */
enum venule_h5_link {
    venule_h5_no_link,
    venule_h5_inner_link,
    venule_h5_external_link,
    venule_h5_unknown_link
};

static inline enum venule_h5_link venule_h5_link_kind(hid_t file, const char *path, hid_t access) {
    if (H5Lexists(file, path, access) <= 0) return venule_h5_no_link;
#if H5_VERSION_GE(1, 12, 0)
    H5L_info2_t info;
    if (H5Lget_info2(file, path, &info, access) < 0) return venule_h5_no_link;
#else
    H5L_info_t info;
    if (H5Lget_info(file, path, &info, access) < 0) return venule_h5_no_link;
#endif
    switch (info.type) {
    case H5L_TYPE_HARD:
    case H5L_TYPE_SOFT: return venule_h5_inner_link;
    case H5L_TYPE_EXTERNAL: return venule_h5_external_link;
    default: return venule_h5_unknown_link;
    }
}

struct venule_h5_text {
    char *bytes;
    size_t capacity;
};

static inline herr_t venule_h5_copy_description(unsigned index, const H5E_error2_t *error, void *data) {
    struct venule_h5_text *text = (struct venule_h5_text *)data;
    if (index == 0 && error->desc != NULL) {
        strncpy(text->bytes, error->desc, text->capacity - 1);
        text->bytes[text->capacity - 1] = 0;
    }
    return 0;
}

/* The innermost entry of the calling thread's error stack; empty when there is none. */
static inline void venule_h5_error_text(char *bytes, size_t capacity) {
    struct venule_h5_text text = {bytes, capacity};
    bytes[0] = 0;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, venule_h5_copy_description, &text);
}

static inline herr_t venule_h5_read_floats(hid_t dataset, float *values) {
    return H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
}

/* A chunk as it is stored; H5Dget_chunk_storage_size tells how long it is. */
static inline herr_t venule_h5_read_chunk(
    hid_t dataset, const hsize_t *corner, uint32_t *skipped_filters, void *bytes) {
    return H5Dread_chunk(dataset, H5P_DEFAULT, corner, skipped_filters, bytes);
}

static inline herr_t venule_h5_reclaim(hid_t type, hid_t space, void *buffer) {
    return H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer);
}

static inline hid_t venule_h5_open_attribute(hid_t object, const char *name) {
    return H5Aopen(object, name, H5P_DEFAULT);
}

import ArgumentParser
import Glibc

do {
    var command = try VenuleCommand.parseAsRoot()
    try command.run()
} catch {
    exit(Console.report(error).rawValue)
}

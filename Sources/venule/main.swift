import ArgumentParser
import Glibc
import Importer

// libhdf5 runs in a process of its own, which this program starts as itself.
if CommandLine.arguments.dropFirst().first == HDF5Worker.command {
    exit(HDF5Worker.run(Array(CommandLine.arguments.dropFirst(2))))
}

// Also where the rest of the command line cannot be understood.
if CommandLine.arguments.dropFirst().prefix(while: { $0 != "--" }).contains("--json") { Console.style = .json }

do {
    var command = try VenuleCommand.parseAsRoot()
    try command.run()
} catch {
    exit(Console.finish(Console.report(error)).rawValue)
}
exit(Console.finish(.success).rawValue)

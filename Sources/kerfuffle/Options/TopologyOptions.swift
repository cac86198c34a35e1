import Arguments
import Configuration
import Simulation

/// A topology on the command line, with flags that win over the file.
struct TopologyOptions: ParsableArguments {
    @Argument(
        help: "The topology.", completion: .files(extensions: ["yaml", "yml", "json"]))
    var topology: String

    @Option(
        help: ArgumentHelp("How many messages the sources make together.", example: "100000"),
        as: ArgumentType(.integer.atLeast(1)))
    var messages: Int?

    @Option(
        help: ArgumentHelp("When a run stops, in virtual time.", example: "30m"),
        as: ArgumentType(.duration, valueName: "time", spell: { $0.spelled }))
    var time: Duration?

    /// The file with what the flags say.
    func read() throws -> Topology {
        var topology = try TopologyFile.read(self.topology)
        if let messages { topology.run.messages = messages }
        if let time { topology.run.time = time }
        return topology
    }

    func validate() throws {
        if let time, time <= .zero { throw ValidationError("--time 0: write 30m, more than 0") }
    }
}

/// A topology on disk.
enum TopologyFile {
    static func read(_ path: String) throws -> Topology {
        try Topology(yaml: try SmallFile.bytes(path), file: path)
    }
}

extension Strategy: ExpressibleByArgument {}

import Arguments

/// The commands of the program; each is a file in `Commands`, its logic lies in the modules below.
struct Kerfuffle: CommandGroup {
    static let version = "0.1.0"
    /// How files name who wrote them.
    static let tool = "kerfuffle \(version)"

    static let configuration = CommandConfiguration(
        name: "kerfuffle",
        abstract: "Make the schedule of a message queue an input: seed, record, replay it.",
        subcommands: [
            ProxyCommand.self, RecordCommand.self, ReplayCommand.self, VerifyCommand.self,
            CheckCommand.self, DiffCommand.self,
            MergeCommand.self, PositionsCommand.self, ScheduleCommand.self,
            InfoCommand.self, CatCommand.self, ExportCommand.self, ImportCommand.self,
            RecoverCommand.self, DoctorCommand.self, BrokerCommand.self, ProduceSampleCommand.self,
            SimulateCommand.self, ReplayTraceCommand.self, CompareCommand.self,
            ExploreCommand.self, TopologyCommand.self,
            HuntCommand.self, WorkerCommand.self, ReproduceCommand.self,
        ],
        version: tool, exitCodes: Ending.help)
}

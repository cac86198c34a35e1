import Arguments

struct ScheduleCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "schedule", abstract: "Show, compare, check and apply schedules.",
        subcommands: [
            ScheduleShowCommand.self, ScheduleDiffCommand.self, ScheduleCheckCommand.self,
            ScheduleApplyCommand.self, SchedulePackCommand.self,
        ])
}

import Foundation
import Recording
import Records
import Testing

/// Files that were cut where a loss of power may cut them.
@Suite struct TornFileTests {
    /// An instance that was killed before its last transaction was committed.
    private struct Wreck {
        let world: World
        let host: Host
        let dice: Dice
        private let files: [(path: String, bytes: Data)]

        init(seed: Int, in folder: URL, before fate: Host.Fate) throws {
            var dice = Dice(seed)
            var world = World.random(&dice, partitions: 2, records: 12...24)
            host = Host("a", in: folder)
            try host.start(world)
            for source in world.sources { try host.assign(source, world) }
            // Until something is settled and something follows it.
            for _ in 0..<3 { try host.transact(&world, &dice, .committed) }
            while host.isRunning && host.tornRange.count < 200 {
                let before = host.tornRange.upperBound
                try host.transact(&world, &dice, fate, isLast: world.positions.isEmpty)
                if host.isRunning && host.tornRange.upperBound == before { host.kill() }
            }
            (self.world, self.dice) = (world, dice)
            files = try [host.pair.recording, host.pair.schedule].map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: $0)))
            }
        }

        func putBack() throws {
            for (path, bytes) in files { try bytes.write(to: URL(fileURLWithPath: path)) }
        }
    }

    @Test(arguments: [Host.Fate.killedBeforeCheckpoint, .killedBeforeCommit])
    func `a schedule cut at any byte behind what is settled`(fate: Host.Fate) throws {
        for seed in 0..<2 {
            try withFolder { folder in
                let wreck = try Wreck(seed: seed, in: folder, before: fate)
                for cut in wreck.host.tornRange {
                    try wreck.putBack()
                    var (world, dice) = (wreck.world, wreck.dice)
                    let recordings = wreck.host.tornRecordingRange(scheduleBytes: cut)
                    try wreck.host.tear(
                        scheduleAt: cut, recordingAt: dice.within(recordings))
                    try goOn(wreck.host, folder, &world, &dice, "\(fate) \(seed): cut at \(cut)")
                }
            }
        }
    }

    @Test func `a recording cut at any byte behind what a checkpoint names`() throws {
        try withFolder { folder in
            let wreck = try Wreck(seed: 5, in: folder, before: .killedBeforeCheckpoint)
            let schedule = wreck.host.tornRange.lowerBound
            for cut in wreck.host.tornRecordingRange(scheduleBytes: schedule) {
                try wreck.putBack()
                var (world, dice) = (wreck.world, wreck.dice)
                try wreck.host.tear(scheduleAt: schedule, recordingAt: cut)
                try goOn(wreck.host, folder, &world, &dice, "cut at \(cut)")
            }
        }
    }

    @Test(arguments: [
        "", "{\"kerfuffle\":\"sch", "{\"kerfuffle\":\"schedule\",\"version\":1,\"rec", "\0\0\0",
    ])
    func
        `a schedule without a whole line goes with a recording that holds nothing, and with no other`(
            front: String
        ) throws
    {
        try withFolder { folder in
            let wreck = try Wreck(seed: 3, in: folder, before: .killedBeforeCommit)
            wreck.host.kill()
            let (recording, schedule) = wreck.host.pair
            let paths = JournalPaths(recording: recording, schedule: schedule)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: recording))
            try Data(front.utf8).write(to: URL(fileURLWithPath: schedule))
            for isOnlyLooking in [true, false] {
                let error = #expect(throws: RecordingError.self) {
                    try Journal.leftover(at: paths, isOnlyLooking: isOnlyLooking)
                }
                #expect(error?.kind == .mismatch)
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: recording)) == bytes)
            try FileManager.default.removeItem(atPath: recording)
            #expect(try Journal.leftover(at: paths) == nil)
            #expect(!FileManager.default.fileExists(atPath: schedule))
        }
    }

    @Test(arguments: [
        "my notes", "{\"version\":1,\"seed\":\"mine\"}", "{\"kerfuffle\":\"plan\"", "\0x",
    ])
    func `a file that is no schedule's is left alone`(content: String) throws {
        try withFolder { folder in
            let path = folder.appendingPathComponent("notes").path
            try Data(content.utf8).write(to: URL(fileURLWithPath: path))
            #expect(throws: RecordingError.self) {
                try Journal.leftover(at: JournalPaths(recording: nil, schedule: path))
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(content.utf8))
        }
    }

    /// The wreck is read as it is, then gone on with.
    private func goOn(
        _ host: Host, _ folder: URL, _ world: inout World, _ dice: inout Dice, _ comment: Comment
    ) throws {
        let judgement = Judgement(world, [host])
        if !world.positions.isEmpty {
            try judgement.expectAsItShouldBe(asking: true, comment)
            try judgement.expectMerges(asking: true, in: folder, comment)
        }
        try host.start(world)
        for source in world.sources { try host.assign(source, world) }
        try host.transact(&world, &dice, .committed, isLast: true)
        try host.stop()
        try Judgement(world, [host]).expectAsItShouldBe(asking: false, comment)
    }
}

import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

@Suite struct PositionsTests {
    private let source = TopicPartition("orders", 3)
    private let positions = Positions(group: "g", planDigest: "p1")

    private func metadata(
        epoch: Int64 = 4, plan: String = "p1", part: CommitMetadata.Part? = nil
    ) -> String {
        CommitMetadata(recording: "r1", epoch: epoch, plan: plan, part: part).text
    }

    private func start(
        _ committed: CommittedPosition?, files: KnownOfFiles = .init(recording: "r2"),
        range: Range<Offset> = 10..<100
    ) throws -> StartingPoint {
        try positions.start(
            of: source, committed: committed, files: files, range: range, first: { 10 })
    }

    @Test func `without a position a partition begins at its first`() throws {
        #expect(try start(nil).segment == Segment(source: source, start: 10, epoch: 1))
    }

    @Test func `a position is the parent of the next segment`() throws {
        let point = try start(CommittedPosition(source, offset: 50, metadata: metadata()))
        #expect(
            point.segment
                == Segment(
                    source: source, start: 50, epoch: 5,
                    parent: .init(recording: "r1", epoch: 4)))
        #expect(point.part == nil)
    }

    @Test func `inside a window the rest of it is to be emitted`() throws {
        let part = CommitMetadata.Part(through: 60, emitted: 3, closed: .maxWait)
        let point = try start(
            CommittedPosition(source, offset: 50, metadata: metadata(part: part)))
        #expect(point.segment.through == 60)
        #expect(point.segment.emitted == 3)
        #expect(point.part == part)
    }

    @Test(arguments: [9, 101] as [Offset])
    func `a position outside of the log is refused`(offset: Offset) {
        #expect(throws: ProxyError.self) {
            try start(CommittedPosition(source, offset: offset, metadata: metadata()))
        }
    }

    @Test func `a position of others is refused`() {
        for text in ["", "x", "kerfuffle/1 recording=r epoch=0 plan=p", "kerfuffle/2 recording=r"] {
            #expect(throws: ProxyError.self) {
                try start(CommittedPosition(source, offset: 50, metadata: text))
            }
        }
    }

    @Test(
        arguments: [
            (50, " last=49@7", nil), (49, " last=52@7", "moved by hand"),
            (50, " last=50@7", "moved by hand"), (50, " through=49 emitted=3", "moved by hand"),
            (50, " unrecorded=51", "moved by hand"), (50, " unrecorded=40", nil),
        ] as [(Offset, String, String?)])
    func `a position that was moved with what was committed beside it is refused`(
        offset: Offset, words: String, refusal: String?
    ) throws {
        let committed = CommittedPosition(source, offset: offset, metadata: metadata() + words)
        guard let refusal else {
            #expect(try start(committed).segment.start == offset)
            return
        }
        let error = #expect(throws: ProxyError.self) { try start(committed) }
        #expect(error?.kind == .conflict)
        #expect(error?.message.contains(refusal) == true)
    }

    @Test func `a position that is gone is refused`() {
        #expect(throws: ProxyError.self) {
            try start(nil, files: .init(recording: "r2", hasSettled: true))
        }
    }

    @Test func `a position of the own recording is one that the own schedule has`() throws {
        let committed = CommittedPosition(
            source, offset: 50, metadata: metadata(part: .init(through: 60, emitted: 3)))
        func last(_ next: Offset, epoch: Int64 = 4, emitted: Int64) -> KnownOfFiles {
            KnownOfFiles(
                recording: "r1",
                last: .init(
                    next: next, epoch: epoch, records: 1, digest: "",
                    part: emitted == 0 ? nil : .init(through: 60, emitted: emitted)))
        }
        for files in [
            last(50, emitted: 3), last(50, emitted: 4), last(61, emitted: 0),
            last(20, epoch: 5, emitted: 0), .init(recording: "r2"),
        ] {
            #expect(try start(committed, files: files).segment.start == 50)
        }
        for files in [
            .init(recording: "r1"), last(50, emitted: 2), last(49, emitted: 0),
            last(70, epoch: 3, emitted: 0),
        ] {
            let error = #expect(throws: ProxyError.self) { try start(committed, files: files) }
            #expect(
                error?.message.contains("whose schedule ends in front of that: it was cut") == true)
        }
    }

    @Test func `another plan goes on between windows and not inside one`() throws {
        let between = CommittedPosition(source, offset: 50, metadata: metadata(plan: "p0"))
        #expect(try start(between).segment.start == 50)
        let inside = CommittedPosition(
            source, offset: 50, metadata: metadata(plan: "p0", part: .init(through: 60, emitted: 1))
        )
        #expect(throws: ProxyError.self) { try start(inside) }
    }

    // MARK: The last transaction

    private struct Found {
        var offset: Offset
        var emitted: Int64 = 0
        var recording = "r1"
        var epoch: Int64 = 4
    }

    /// A last transaction that set partition 0 to 20 and partition 1 to 40, the latter inside a window.
    private func verdict(_ found: [Found?]) throws -> Journal.Verdict {
        let sources = [TopicPartition("t", 0), TopicPartition("t", 1)]
        let checkpoint = Checkpoint(
            number: 7,
            positions: [
                sources[0]: .init(next: 20, epoch: 4, records: 1, digest: ""),
                sources[1]: .init(
                    next: 40, epoch: 4, records: 1, digest: "",
                    part: .init(through: 60, emitted: 5)),
            ])
        var committed: [TopicPartition: CommittedPosition] = [:]
        for (source, found) in zip(sources, found) {
            guard let found else { continue }
            let part =
                found.emitted > 0
                ? CommitMetadata.Part(through: 60, emitted: found.emitted) : nil
            committed[source] = CommittedPosition(
                source, offset: found.offset,
                metadata: CommitMetadata(
                    recording: found.recording, epoch: found.epoch, plan: "p1", part: part
                ).text)
        }
        return try positions.verdict(on: checkpoint, recording: "r1", committed: committed)
    }

    @Test func `a partition below what was to be set says that it was aborted`() throws {
        #expect(try verdict([nil, nil]) == .aborted)
        #expect(try verdict([.init(offset: 20), nil]) == .aborted)
        #expect(try verdict([.init(offset: 19), .init(offset: 40, emitted: 5)]) == .aborted)
        #expect(try verdict([.init(offset: 20), .init(offset: 40, emitted: 4)]) == .aborted)
        #expect(try verdict([.init(offset: 20), .init(offset: 40)]) == .aborted)
        // Somebody else has moved on in one partition; the other still says it.
        #expect(
            try verdict([.init(offset: 99, recording: "r2", epoch: 6), .init(offset: 39)])
                == .aborted)
    }

    @Test func `a partition exactly there under its own epoch says that it was committed`() throws {
        #expect(try verdict([.init(offset: 20), .init(offset: 40, emitted: 5)]) == .committed)
        #expect(
            try verdict([.init(offset: 20), .init(offset: 90, recording: "r2", epoch: 5)])
                == .committed)
        #expect(
            try verdict([
                .init(offset: 25, recording: "r2", epoch: 5), .init(offset: 40, emitted: 5),
            ])
                == .committed)
    }

    @Test func `otherwise nobody can tell`() throws {
        #expect(
            try verdict([
                .init(offset: 25, recording: "r2", epoch: 5),
                .init(offset: 41, recording: "r2", epoch: 5),
            ]) == .inDoubt)
        #expect(
            try verdict([
                .init(offset: 20, recording: "r2"), .init(offset: 60, recording: "r2", epoch: 5),
            ])
                == .inDoubt)
        #expect(
            try verdict([
                .init(offset: 20, recording: "r2", epoch: 5),
                .init(offset: 40, emitted: 6, recording: "r2", epoch: 5),
            ]) == .inDoubt)
    }

    @Test func `what was committed of this recording and is not in its schedule was cut off it`() {
        for found: [Found?] in [
            [.init(offset: 21), nil], [.init(offset: 20, epoch: 5), .init(offset: 40, emitted: 5)],
            [.init(offset: 20), .init(offset: 40, emitted: 6)],
        ] {
            #expect(throws: ProxyError.self) { try verdict(found) }
        }
    }
}

@Suite struct CommitMetadataTests {
    @Test(
        arguments: [
            nil, .init(through: 60, emitted: 3), .init(through: 60, emitted: 3, closed: .untilEnd),
        ] as [CommitMetadata.Part?])
    func `reads back as it was`(part: CommitMetadata.Part?) {
        let metadata = CommitMetadata(recording: "r-1", epoch: 12, plan: "abc", part: part)
        #expect(CommitMetadata(metadata.text) == metadata)
    }

    @Test func `what was gone and what was there at first reads back, and is no part of old ones`()
    {
        var metadata = CommitMetadata(recording: "r-1", epoch: 12, plan: "abc")
        let old = metadata.text
        metadata.lost = .init(through: 99, policy: .latest)
        metadata.partitions = 3
        #expect(metadata.text == "\(old) lost=99@latest partitions=3")
        #expect(CommitMetadata(metadata.text) == metadata)
        #expect(CommitMetadata(old)?.lost == nil)
        for text in ["lost=99", "lost=x@latest", "lost=9@never", "partitions=-1", "partitions=x"] {
            #expect(CommitMetadata("\(old) \(text)") == nil, "\(text)")
        }
    }

    @Test(arguments: [
        "", "kerfuffle/1", "kerfuffle/1 recording=a epoch=x plan=p",
        "kerfuffle/1 recording=a epoch=-1 plan=p", "kerfuffle/1 recording epoch=1 plan=p",
        "kerfuffle/1 recording=a epoch=1 plan=p through=1",
        "kerfuffle/1 recording=a epoch=1 plan=p through=1 emitted=0",
        "kerfuffle/1 recording=a epoch=1 plan=p through=1 emitted=1 closed=never",
        "kerfuffle/1 recording=a epoch=9223372036854775807 plan=p",
    ])
    func `what is not ours is nobody's`(text: String) {
        #expect(CommitMetadata(text) == nil)
    }
}

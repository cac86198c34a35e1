import Digests
import Records

/// One line of a schedule file (JSON Lines; `docs/determinism.md` and `docs/recording-format.md`).
public enum ScheduleLine: Hashable, Sendable {
    /// The first line.
    case header(ScheduleHeader)
    case segment(Segment)
    case closing(Closing)
    case again(SentAgain)
    /// The recording was removed, for its age or size, and with it all other lines but segments.
    case removed
    /// The files could not be written on, and the instance went on without them: what it emitted of these
    /// partitions from here on is in no file.
    case unrecorded([TopicPartition])
    case loss(Loss)
    case decision(TopicPartition, LineDecision)
    /// Everything above it became visible in one transaction, or was about to.
    case checkpoint(Checkpoint)
    /// The outcome of the transaction of this checkpoint was never learnt.
    case inDoubt(checkpoint: Int64)
    /// The last line of a closed file.
    case end(Checkpoint)
}

/// What a schedule is of: the resolved plan, and the recording it belongs to.
public struct ScheduleHeader: Hashable, Sendable {
    public static let formatVersion: Int64 = 1
    public static let generator = "philox4x32-10"
    /// How the first line of every schedule begins.
    public static let start = "{\"kerfuffle\":\"schedule\","

    /// One id for a recording and its schedule.
    public var recording: String
    /// Program and version that wrote it.
    public var tool: String
    public var plan: Plan
    /// Written under at-least-once: what no checkpoint covers may have been sent all the same.
    public var mayRepeat: Bool
    /// What its checkpoints' digests are made with.
    public var digest: RecordDigest.Kind

    public init(
        recording: String, tool: String, plan: Plan, mayRepeat: Bool = false,
        digest: RecordDigest.Kind = .xxh128
    ) {
        self.digest = digest
        self.recording = recording
        self.tool = tool
        self.plan = plan
        self.mayRepeat = mayRepeat
    }
}

/// Where the passing of a partition begins or goes on: a position that was read.
public struct Segment: Hashable, Sendable {
    public var source: TopicPartition
    /// The first offset that it covers; a window starts here.
    public var start: Offset
    /// One more than the epoch that was read with the position; 1 where none was committed.
    public var epoch: Int64
    /// Deliveries of the first window that were emitted before; that window ends at `through`.
    public var emitted: Int64
    public var through: Offset?
    /// Whose position was read; nil: none was committed. Where a stretch before it is in no file: whose
    /// position that stretch began at.
    public var parent: Parent?
    /// What was emitted before it and is in no file; nil where all of it is in its parent's.
    public var unrecorded: Unrecorded?

    /// Where a stretch begins that an instance emitted while it could not write its files.
    public struct Unrecorded: Hashable, Sendable {
        /// The first offset; a window starts here.
        public var start: Offset
        /// So many deliveries of that window are recorded all the same.
        public var emitted: Int64
        /// It was recorded, and retention has removed that.
        public var isRemoved: Bool

        public init(start: Offset, emitted: Int64 = 0, isRemoved: Bool = false) {
            self.isRemoved = isRemoved
            self.start = start
            self.emitted = emitted
        }
    }

    public struct Parent: Hashable, Sendable {
        public var recording: String
        public var epoch: Int64

        public init(recording: String, epoch: Int64) {
            self.recording = recording
            self.epoch = epoch
        }
    }

    public init(
        source: TopicPartition, start: Offset, epoch: Int64, emitted: Int64 = 0,
        through: Offset? = nil, parent: Parent? = nil, unrecorded: Unrecorded? = nil
    ) {
        self.source = source
        self.start = start
        self.epoch = epoch
        self.unrecorded = unrecorded
        self.emitted = emitted
        self.through = through
        self.parent = parent
    }
}

/// A window that ended for a reason that is no function of the log.
public struct Closing: Hashable, Sendable {
    public enum Reason: String, Hashable, Sendable {
        /// No traffic for `window.maxWait`.
        case maxWait
        /// `--until-end`: the end that was noted at the start.
        case untilEnd
    }

    public var source: TopicPartition
    public var start: Offset
    /// The last offset of the window.
    public var through: Offset
    public var reason: Reason

    public init(source: TopicPartition, start: Offset, through: Offset, reason: Reason) {
        self.source = source
        self.start = start
        self.through = through
        self.reason = reason
    }
}

/// A window that may have been sent once more, whole or in part, anywhere in the output: at-least-once
/// formed it, and the group did not go on from it.
public struct SentAgain: Hashable, Sendable {
    public var source: TopicPartition
    public var start: Offset
    /// The last offset of the window.
    public var through: Offset

    public init(source: TopicPartition, start: Offset, through: Offset) {
        self.source = source
        self.start = start
        self.through = through
    }
}

/// How far recording and schedule had come when a transaction was about to be committed.
public struct Checkpoint: Hashable, Sendable {
    /// How far one partition's segment had come.
    public struct Position: Hashable, Sendable {
        /// The next window's start: what the transaction commits.
        public var next: Offset
        public var epoch: Int64
        /// Records of the segment below `next`.
        public var records: Int64
        /// SHA-256 over their messages, in hexadecimal.
        public var digest: String
        /// A window that starts at `next` was emitted in part: its last offset, and how many deliveries.
        public var part: Part?

        public struct Part: Hashable, Sendable {
            public var through: Offset
            public var emitted: Int64

            public init(through: Offset, emitted: Int64) {
                self.through = through
                self.emitted = emitted
            }
        }

        public init(
            next: Offset, epoch: Int64, records: Int64, digest: String, part: Part? = nil
        ) {
            self.next = next
            self.epoch = epoch
            self.records = records
            self.digest = digest
            self.part = part
        }
    }

    /// Counts from 1 within the file.
    public var number: Int64
    public var positions: [TopicPartition: Position]
    /// Where the recording ended: the file's place in its folder (0 for a single file) and its bytes;
    /// nil where nothing is recorded.
    public var recording: Place?

    public struct Place: Hashable, Sendable {
        public var file: Int64
        public var bytes: Int64

        public init(file: Int64, bytes: Int64) {
            self.file = file
            self.bytes = bytes
        }
    }

    public init(
        number: Int64, positions: [TopicPartition: Position], recording: Place? = nil
    ) {
        self.number = number
        self.positions = positions
        self.recording = recording
    }
}

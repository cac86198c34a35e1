import Perturbation
import Recording
import Records

/// Windows of recordings with their schedules: what counts of them, partitions in the order of their
/// chains, windows ended early where a clock ended them.
///
/// Where seed and window are those of the schedule, windows end just where they ended then, and those
/// that were emitted in parts are emitted in the same parts: the same plan gives the same bytes.
final class JournaledWindows: WindowSource {
    private let plan: Plan
    private let traffic: LiveTraffic
    private let isSameShape: Bool
    private var lanes: [TopicPartition: ReplayLane] = [:]
    private(set) var starts: [TopicPartition: Offset] = [:]
    private var isAtEnd = false

    init(_ input: Replay.Input, plan: Plan) throws {
        self.plan = plan
        traffic = try LiveTraffic(input.pairs, committed: input.committed)
        let plans = try input.schedules.map { try ScheduleReader(path: $0).header.plan }
        isSameShape = plans.allSatisfy {
            $0.seed == plan.seed && $0.window.records == plan.window.records
                && $0.window.bytes == plan.window.bytes
        }
    }

    func next() throws -> [ReplayPiece]? {
        while let parts = try traffic.next() {
            var pieces: [ReplayPiece] = []
            for part in parts { try begin(part) }
            for (index, run) in runs(of: parts) {
                let source = parts[index].records.source
                guard var lane = lanes.removeValue(forKey: source) else { continue }
                for record in run { try lane.take(parts[index].records, at: record) }
                if isSameShape { lane.endWindow() }
                pieces += lane.takeClosed()
                lanes[source] = lane
            }
            if !pieces.isEmpty { return pieces }
        }
        if isAtEnd { return nil }
        isAtEnd = true
        return lanes.finish()
    }

    private func begin(_ part: LiveTraffic.Part) throws {
        let source = part.records.source
        var lane: ReplayLane
        if let known = lanes.removeValue(forKey: source) {
            lane = known
            if let segment = part.segment, isSameShape {
                lane.begin(at: segment.start, emitted: Int(clamping: segment.emitted))
            }
        } else {
            let start = part.segment?.start ?? part.records.entries.first?.offset ?? 0
            lane = ReplayLane(source, plan: plan, start: start)
            starts[source] = start
        }
        lane.obey(part.closings)
        if isSameShape, part.emitted > 0 { lane.stop(at: part.end, emitted: part.emitted) }
        lanes[source] = lane
    }

    /// Runs of records as they stand in the recording.
    private func runs(of parts: [LiveTraffic.Part]) -> [(part: Int, records: Range<Int>)] {
        var all: [(order: Int, part: Int, records: Range<Int>)] = []
        for (index, part) in parts.enumerated() {
            // What an owner wrote of a window and another one wrote again counts once.
            let count = isSameShape || part.isLast ? part.records.count : part.wholeCount
            var start = 0
            for run in part.runs.isEmpty ? [(0, count)] : part.runs {
                let end = min(run.end, count)
                if start < end { all.append((run.order, index, start..<end)) }
                start = max(start, end)
            }
        }
        return all.enumerated().sorted {
            ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
        }.map { (part: $0.element.part, records: $0.element.records) }
    }
}

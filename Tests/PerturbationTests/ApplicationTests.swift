import Testing

@testable import Perturbation

/// What people get wrong when they edit a schedule.
@Suite struct ApplicationTests {
    private func problem(_ decisions: [Decision], records: Int = 5) -> ScheduleError? {
        do {
            _ = try Outcome(applying: decisions, to: records)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            ([.drop], [.drop]), ([.move(.after(1))], [.move(.before(0))]),
            ([.duplicate(copy: 2, nil)], [.duplicate(copy: 2, .after(1))]),
            ([.delay(copy: 0, microseconds: 1)], [.delay(copy: 0, microseconds: 2)]),
            ([.corrupt(copy: 0, .null)], [.corrupt(copy: 0, .flip(bit: 1))]),
            ([.untimed], [.untimed]),
        ] as [([Decision.Operation], [Decision.Operation])])
    func `the same thing twice is refused with both places`(
        first: [Decision.Operation], second: [Decision.Operation]
    ) {
        let other = Decision(slot: 1, .delay(copy: 1, microseconds: 5))
        let decisions =
            [other] + first.map { Decision(slot: 3, $0) } + [Decision(slot: 2, .untimed)]
            + second.map { Decision(slot: 3, $0) }
        let error = problem(decisions)
        #expect(error == .repeated(decision: 3, first: 1))
        #expect(
            error?.description(lineOf: { $0 * 10 + 4 }).hasPrefix("line 34: line 14 ") == true)
    }

    @Test func `different copies, rules and operations are different things`() {
        let decisions = [
            Decision(slot: 3, .delay(copy: 0, microseconds: 1)),
            Decision(slot: 3, .delay(copy: 1, microseconds: 1)),
            Decision(slot: 3, .corrupt(copy: 0, .flip(bit: 1)), rule: 0),
            Decision(slot: 3, .corrupt(copy: 0, .flip(bit: 1)), rule: 1),
            Decision(slot: 3, .duplicate(copy: 1, nil)),
            Decision(slot: 3, .duplicate(copy: .max, nil)),
            Decision(slot: 3, .move(.after(4))),
        ]
        #expect(problem(decisions) == nil)
    }

    @Test(
        arguments: [
            .move(.after(1)), .duplicate(copy: 1, nil), .delay(copy: 0, microseconds: 1),
            .corrupt(copy: 0, .null), .untimed,
        ] as [Decision.Operation])
    func `a dropped record has no other line`(operation: Decision.Operation) {
        let drop = Decision(slot: 2, .drop)
        let other = Decision(slot: 2, operation)
        let between = Decision(slot: 1, .drop)
        #expect(problem([drop, between, other]) == .besideDrop(decision: 2, drop: 0))
        let error = problem([between, other, drop])
        #expect(error == .besideDrop(decision: 1, drop: 2))
        let sentence = "line 101: line 102 drops the record, which excludes every other line on it"
        #expect(error?.description(lineOf: { $0 + 100 }) == sentence)
    }

    @Test func `what is not there is refused`() {
        #expect(problem([Decision(slot: 5, .drop)]) == .noSuchRecord(decision: 0))
        #expect(problem([Decision(slot: -1, .drop)]) == .noSuchRecord(decision: 0))
        #expect(problem([Decision(slot: 0, .drop)], records: 0) == .noSuchRecord(decision: 0))
        let anchors: [Decision.Gap] = [.after(5), .before(5), .after(-1), .before(-1)]
        for gap in anchors {
            #expect(problem([Decision(slot: 0, .move(gap))]) == .noSuchAnchor(decision: 0))
            let copy = Decision(slot: 0, .duplicate(copy: 1, gap))
            #expect(problem([copy]) == .noSuchAnchor(decision: 0))
        }
        let copies: [(Decision.Operation, Int32)] = [
            (.duplicate(copy: 0, nil), 0), (.duplicate(copy: -1, .after(1)), -1),
            (.delay(copy: -1, microseconds: 0), -1), (.corrupt(copy: -2, .null), -2),
        ]
        for (operation, copy) in copies {
            #expect(problem([Decision(slot: 0, operation)]) == .badCopy(copy, decision: 0))
        }
        let early = Decision(slot: 0, .delay(copy: 0, microseconds: -1))
        #expect(problem([early]) == .negativeDelay(decision: 0))
    }

    @Test func `every error is a sentence with its line`() {
        let errors: [ScheduleError] = [
            .repeated(decision: 0, first: 0), .besideDrop(decision: 0, drop: 0),
            .noSuchRecord(decision: 0), .noSuchAnchor(decision: 0), .badCopy(3, decision: 0),
            .negativeDelay(decision: 0),
        ]
        for error in errors {
            #expect(error.decision == 0)
            #expect(error.description(lineOf: { _ in 12 }).hasPrefix("line 12: "))
            #expect(error.description.hasPrefix("decision 1: "))
        }
        let impossible = ScheduleError.impossible(.truncate(toBytes: 9), valueBytes: 3)
        #expect(impossible.description == "a cut to 9 bytes cannot be done to a value of 3 bytes")
        #expect(
            ScheduleError.impossible(.flip(bit: 9), valueBytes: nil).description
                == "a flip of bit 9 cannot be done to null")
    }

    @Test func `what speaks of a copy that is not there says nothing`() throws {
        let outcome = try Outcome(
            applying: [
                Decision(slot: 0, .delay(copy: 1, microseconds: 5)),
                Decision(slot: 0, .corrupt(copy: 2, .null)),
            ], to: 1)
        #expect(outcome.deliveries == [Delivery(slot: 0)])
        #expect(outcome.corruptions.isEmpty)
    }

    @Test func `a copy without place stands behind the nearest earlier one that is there`() throws {
        let decisions = [
            Decision(slot: 0, .move(.after(2))),
            Decision(slot: 0, .duplicate(copy: 2, .before(0))),
            Decision(slot: 0, .duplicate(copy: 3, nil)),
            Decision(slot: 0, .duplicate(copy: 7, nil)),
            Decision(slot: 0, .duplicate(copy: 1, nil)),
        ]
        let outcome = try Outcome(applying: decisions, to: 3)
        #expect(
            outcome.deliveries.map { [$0.slot, $0.copy] }
                == [[0, 2], [0, 3], [0, 7], [1, 0], [2, 0], [0, 0], [0, 1]])
        let without = try Outcome(applying: Array(decisions.dropFirst(2)), to: 3)
        #expect(
            without.deliveries.map { [$0.slot, $0.copy] }
                == [[0, 0], [0, 1], [0, 3], [0, 7], [1, 0], [2, 0]])
    }

    @Test func `a change that cannot be made to the value is refused`() throws {
        let cut = Decision(slot: 0, .corrupt(copy: 0, .truncate(toBytes: 4)))
        let outcome = try Outcome(applying: [cut], to: 1)
        let delivery = outcome.deliveries[0]
        #expect(try outcome.changedValue(of: delivery, original: [1, 2, 3, 4, 5]) == [1, 2, 3, 4])
        #expect(try outcome.changedValue(of: delivery, original: [1, 2, 3, 4]) == [1, 2, 3, 4])
        for original in [nil, [], [1, 2, 3]] as [[UInt8]?] {
            #expect(
                throws: ScheduleError.impossible(
                    .truncate(toBytes: 4), valueBytes: original?.count)
            ) { try outcome.changedValue(of: delivery, original: original) }
        }
    }
}

import Configuration
import Testing

@testable import Checking

private let streams: [(name: String, kind: Observation.Kind)] = [
    ("charges", .ledger), ("accounts", .changes), ("out", .topic),
]

func plan(_ text: String, _ known: [(name: String, kind: Observation.Kind)]? = streams) throws
    -> CheckPlan
{
    try YAML.read(text, file: "hunt.yaml") { $0.section { CheckPlan($0, streams: known) } }
}

private func problems(_ text: String) -> String {
    do {
        return "read: \(try plan(text).invariants.map(\.name))"
    } catch { return "\(error)" }
}

@Suite struct CheckPlanTests {
    @Test func `every invariant is read with its defaults`() throws {
        let plan = try plan(
            """
            contract: {delivery: exactlyOnce, order: perKey}
            invariants:
              - exactlyOnceEffect: {stream: charges, key: .paymentId}
              - noLoss: {stream: out, key: header.id, input: .id, inputWhen: '.type == "paid"'}
              - noInvention: {stream: out, key: .id}
              - fifoPerKey: {stream: out, sequence: .seq}
              - fifoPerKey: {name: joined, stream: out, id: .id, inputId: key, order: log}
              - monotonicReads: {stream: accounts, version: .version}
              - convergence: {stream: accounts, with: out}
              - idempotent: {stream: accounts.ledger, view: multiset}
              - commutative: {stream: out, contract: atLeastOnce}
              - conservation: {stream: accounts, sum: .balance, equals: 12.50}
              - conservation: {stream: charges, sum: .amount, inputSum: .amount, key: .account, input: .account}
              - boundedStaleness: {stream: out, version: .v, within: 2s}
              - readYourWrites: {stream: out, session: .user, version: .v, write: '.op == "write"'}
              - uniqueness: {stream: charges, key: .number, when: .number}
              - metamorphic: {stream: out, under: [duplicate, move], view: state}
              - contiguousReads: {stream: out, id: .id, inputId: key, session: header.member}
              - consistentOffsets: {stream: charges}
              - custom: {jq: '.observed.charges | length > 0'}
              - custom: {name: mine, command: [./check.py, --strict]}
            """)
        #expect(plan.invariants.count == 19)
        #expect(plan.invariants[0].name == "exactlyOnceEffect(charges)")
        #expect(plan.invariants[0].input.text == ".paymentId")
        #expect(plan.invariants[0].contract.order == .perKey)
        #expect(
            plan.invariants[8].contract == AssumedContract(delivery: .atLeastOnce, order: .perKey))
        guard case .conservation(let conservation) = plan.invariants[9].rule else {
            Issue.record("no conservation")
            return
        }
        #expect(conservation.over == .state && "\(conservation.equals)" == "12.5")
        #expect(Set(plan.invariants.map(\.rule.word)).count == SystemInvariant.Rule.words.count)
    }

    @Test(arguments: [
        (
            "invariants:\n  - exactlyOnceEffekt: {stream: charges, key: key}",
            "hunt.yaml:2:5: invariants[0].exactlyOnceEffekt: \"exactlyOnceEffekt\" is no invariant here "
                + "(did you mean `exactlyOnceEffect`?)"
        ),
        (
            "invariants:\n  - uniqueness: {stream: charge, key: key, kez: 1}",
            "hunt.yaml:2:26: invariants[0].uniqueness.stream: \"charge\" is no stream here "
                + "(did you mean `charges`?)"
        ),
        (
            "invariants:\n  - uniqueness: {stream: charges, key: key, kez: 1}",
            "hunt.yaml:2:45: invariants[0].uniqueness.kez: unknown key; did you mean `key`?"
        ),
        (
            "invariants:\n  - uniqueness: {stream: charges}",
            "hunt.yaml:2:17: invariants[0].uniqueness.key: is missing; write key, value"
        ),
        (
            "invariants:\n  - uniqueness: {stream: charges, key: '.a | foo(1)'}",
            "hunt.yaml:2:46: invariants[0].uniqueness.key: is no jq expression: foo/1 is not defined"
        ),
        (
            "normalize:\n  - stream: out\n    jq: |\n      .a\n      | bar",
            "hunt.yaml:5:1: normalize[0].jq: is no jq expression: bar/0 is not defined"
        ),
        ("invariants:\n  - uniqueness", "hunt.yaml:2:5: invariants[0]: uniqueness stands alone"),
        (
            "invariants:\n  - conservation: {stream: charges, sum: .a}",
            "conservation does not say what the sum is due to be"
        ),
        (
            "invariants:\n  - uniqueness: {stream: out, key: kye}",
            "\"kye\" is no selector (did you mean `key`?)"
        ),
        (
            "invariants:\n  - uniqueness: {stream: out, key: key}\n  - uniqueness: {stream: out, key: value}",
            "hunt.yaml:3:5: invariants[1]: a second invariant is called uniqueness(out)"
        ),
        (
            "normalize:\n  - {stream: out, as: text, strip: .a}",
            "\"text\" has no fields: of the rules jq alone can be used"
        ),
        ("normalize:\n  - {strip: '.a + 1'}", "normalize[0].strip: is no path"),
        ("normalize:\n  - {times: {.at: 1us}}", "is no whole number of milliseconds"),
        (
            "invariants:\n  - metamorphic: {stream: out, under: [dup]}",
            "\"dup\" is no injection"
        ),
        (
            "normalize:\n  - {strip: .a, jq: .a | foo}",
            "hunt.yaml:2:26: normalize[0].jq: is no jq expression: foo/0"
        ),
        (
            "normalize:\n  - jq: '.a +'",
            "hunt.yaml:2:9: normalize[0].jq: is no jq expression: syntax error"
        ),
        ("contract: atLeastTwice", "\"atLeastTwice\" is no contract (did you mean `atLeastOnce`?)"),
    ])
    func `says what is wrong and where`(text: String, expected: String) {
        let found = problems(text)
        #expect(found.contains(expected), "\(found)")
    }

    @Test func `says everything that is wrong at once`() {
        let found = problems(
            """
            normalize:
              - {stream: outt, strip: '.a |'}
            invariants:
              - noLoss: {stream: out, key: '.['}
              - conservation: {stream: charges, sum: .a, equals: many}
            """)
        #expect(found.split(separator: "\n").count == 4, "\(found)")
    }
}

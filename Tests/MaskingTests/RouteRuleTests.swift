import Testing

@testable import Masking

@Suite struct RouteRuleTests {
    @Test(arguments: [
        ("orders", "orders.shadow", "orders", "orders.shadow"),
        ("orders", "orders.shadow", "orders.eu", nil),
        ("^orders\\.(.*)", "shadow.orders.$1", "orders.eu", "shadow.orders.eu"),
        ("^orders\\.(.*)", "shadow.orders.$1", "old.orders.eu", nil),
        ("^orders", "$0.shadow", "orders-eu", "orders.shadow"),
        ("^(\\w+)-(v[0-9]+)$", "$2.$1.shadow", "pay-v2", "v2.pay.shadow"),
        ("^(\\w+)-(v[0-9]+)$", "$2.$1.shadow", "pay-v2-old", nil),
        ("^(a)|^(b)", "$1$2.shadow", "b", "b.shadow"),
        ("^p(.*)", "a$$b.$1.shadow", "pay", "a$b.ay.shadow"),
        ("^[[:alpha:]]+$", "x.shadow", "ab", "x.shadow"),
    ])
    func `a topic goes where its rule says`(
        from: String, to: String, topic: String, output: String?
    ) throws {
        #expect(try RouteRule(from: from, to: to).route(of: topic)?.output == output)
    }

    @Test func `what is only read is sent nowhere`() throws {
        let target = try RouteRule(from: "^orders", to: nil).route(of: "orders.eu")
        #expect(target == RouteRule.Target(output: nil))
    }

    @Test(arguments: [
        ("^orders(", "a.shadow", "no regular expression"), ("^a(.*)", "$2.shadow", "has 1"),
        ("^a", "$1.shadow", "has 0"), ("^a(.*)", "shadow$", "ends with $"),
        ("^a(.*)", "$x.shadow", "has $x"),
    ])
    func `a rule that cannot work says why`(from: String, to: String, why: String) throws {
        let problem = #expect(throws: RouteRule.Problem.self) {
            try RouteRule(from: from, to: to)
        }
        #expect(problem?.description.contains(why) == true, "\(problem?.description ?? "")")
    }
}

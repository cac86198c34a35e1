import Foundation
import Testing

/// What docs has for Prometheus and Grafana loads there.
@Suite struct RulesTests {
    static let docs = Run.repository.appendingPathComponent("docs")

    @Test(arguments: [
        ["check", "rules", "prometheus/alerts.yaml"],
        ["test", "rules", "prometheus/alerts-test.yaml"],
        ["check", "config", "prometheus/prometheus.yaml"],
    ])
    func `the alerts load, and fire for what they are there for`(words: [String]) throws {
        guard let promtool = Run.path(of: "promtool") else {
            print("promtool is not there: \(words[2]) was not checked by it")
            return
        }
        let file = Self.docs.appendingPathComponent(words[2]).path
        let check = try Run(Array(words.dropLast()) + [file], program: promtool)
        let code = try check.wait()
        #expect(code == 0, "\(check.output)\(check.errors)")
    }

    @Test func `the dashboard is JSON, and its panels do not overlap`() throws {
        let data = try Data(contentsOf: Self.docs.appendingPathComponent("grafana/dashboard.json"))
        let board = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let panels = try #require(board["panels"] as? [[String: Any]])
        var taken: Set<[Int]> = []
        var ids: Set<Int> = []
        for panel in panels {
            let place = try #require(panel["gridPos"] as? [String: Int])
            let (x, y) = (try #require(place["x"]), try #require(place["y"]))
            let (width, height) = (try #require(place["w"]), try #require(place["h"]))
            #expect(x + width <= 24)
            for column in x..<x + width {
                for line in y..<y + height {
                    #expect(taken.insert([column, line]).inserted, "\(panel["title"] ?? "")")
                }
            }
            #expect(ids.insert(try #require(panel["id"] as? Int)).inserted)
            if panel["type"] as? String != "row" {
                let targets = try #require(panel["targets"] as? [[String: Any]])
                #expect(!targets.isEmpty)
            }
        }
    }

    /// The metrics that a text names.
    static func names(in text: String) -> Set<String> {
        var names: Set<String> = []
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) && $0 != "_" }
        for word in words where word.hasPrefix("kerfuffle_") || word.hasPrefix("process_") {
            // `kerfuffle_client_…` stands for many.
            if !word.hasSuffix("_") { names.insert(String(word)) }
        }
        return names
    }
}

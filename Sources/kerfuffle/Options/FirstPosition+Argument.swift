import Arguments
import Interchange
import Proxy
import Records

extension FirstPosition: ExpressibleByArgument {
    public static var argumentType: ArgumentType<FirstPosition> {
        ArgumentType(
            valueName: "where", completion: .words(["earliest", "latest"]), spell: \.spelled
        ) { text in
            switch text {
            case "earliest": return .success(.earliest)
            case "latest": return .success(.latest)
            default: break
            }
            if text.hasPrefix("offset:"), let offset = Offset(text.dropFirst(7)), offset >= 0 {
                return .success(.offset(offset))
            }
            if text.hasPrefix("time:"),
                case .success(let time) = TimeArgument.argumentType.parse(String(text.dropFirst(5)))
            {
                return .success(.time(Int64(clamping: time.nanoseconds / 1_000_000)))
            }
            return .failure(
                InvalidArgument(
                    "\"\(text)\" is no place to begin; write earliest, latest, offset:1200 or "
                        + "time:2023-11-14T22:13:20Z"))
        }
    }

    private var spelled: String {
        switch self {
        case .earliest: "earliest"
        case .latest: "latest"
        case .offset(let offset): "offset:\(offset)"
        case .time(let milliseconds): "time:\(milliseconds)"
        }
    }
}

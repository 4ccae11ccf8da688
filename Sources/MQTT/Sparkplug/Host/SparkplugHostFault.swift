/// Why a host plan cannot be run; found before anything is started. What is wrong with the connection says
/// `MQTTPlanFault`.
public enum SparkplugHostFault: Error, Hashable, Sendable, CustomStringConvertible {
  case name(String)
  case reorderTime(microseconds: Int64)

  /// How long a hole in the sequence may wait, in microseconds.
  public static let reorderRange: ClosedRange<Int64> = 0...300_000_000

  public var code: String {
    switch self {
    case .name: "sparkplug.name"
    case .reorderTime: "sparkplug.reorder_time"
    }
  }

  public var description: String {
    switch self {
    case .name(let name):
      "\"\(name)\" cannot stand in a Sparkplug topic; write a name that is not empty and has no \"/\", \"+\" or \"#\""
    case .reorderTime(let microseconds):
      "a reorder time of \(microseconds) microseconds is not possible; write 0 to 300 seconds (usual: 2)"
    }
  }
}

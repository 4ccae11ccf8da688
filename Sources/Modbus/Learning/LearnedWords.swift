import Devices
import Shopfloor

/// What people read of what a device refuses.
enum LearnedWords {
  /// Things that a line of status tells one by one.
  static let maximumInALine = 5

  /// The sentences in one line of bounded length; empty where nothing was learned.
  static func of(_ learned: DeviceLimitsLearned, points: [MappedPoint]) -> String {
    let sentences = sentences(learned, points: points.map(\.point)).map(\.english)
    let more = sentences.count - maximumInALine
    return (sentences.prefix(maximumInALine) + (more > 0 ? ["and \(more) more"] : [])).joined(separator: "; ")
  }

  /// One sentence for each thing learned.
  ///
  /// - Parameter points: of the device, to name what lies at a refused address.
  static func sentences(_ learned: DeviceLimitsLearned, points: [ProfilePoint]) -> [Words] {
    var sentences = learned.unreadable.map { sentence($0, points) }
    if let most = learned.maximumRegisters {
      sentences.append(
        Words("the device gives at most \(most) registers at once", "该设备一次最多返回 \(most) 个寄存器"))
    }
    if let most = learned.maximumBits {
      sentences.append(Words("the device gives at most \(most) coils at once", "该设备一次最多返回 \(most) 个线圈"))
    }
    if learned.refusesGaps {
      sentences.append(Words("the device refuses requests that run over unused addresses", "该设备拒绝跨越未使用地址的请求"))
    }
    return sentences
  }

  /// "holding 17-18"
  static func place(_ table: String, _ address: Int, _ count: Int) -> String {
    count == 1 ? "\(table) \(address)" : "\(table) \(address)-\(address + count - 1)"
  }

  private static func sentence(_ refused: DeviceLimitsLearned.Unreadable, _ points: [ProfilePoint]) -> Words {
    let addresses = refused.address..<(refused.address + refused.count)
    let names = points.filter {
      $0.table.rawValue == refused.table && addresses.lowerBound <= $0.address
        && $0.addresses.upperBound <= addresses.upperBound
    }.map(\.name)
    let place = place(refused.table, refused.address, refused.count)
    let shown = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
    switch names.count {
    case 0:
      return Words(
        "\(place) (between points) refused with exception \(refused.exception)",
        "\(place)（测点之间）被拒绝，异常码 \(refused.exception)")
    default:
      return Words(
        "\(place) (\(names.count == 1 ? "point" : "points") \(shown)) refused with exception \(refused.exception)",
        "\(place)（测点 \(shown)）被拒绝，异常码 \(refused.exception)")
    }
  }
}

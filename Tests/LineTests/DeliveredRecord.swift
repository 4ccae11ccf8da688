import BatchRecord
import Foundation
import Shopfloor
import Testing

/// What the test compares of a delivered record.
struct DeliveredRecord: Decodable {
  struct Instant: Decodable { var microseconds: Int64 }

  struct Series: Decodable {
    var parameter: String
    var readings: [[Value]]
  }

  struct Run: Decodable {
    var id: String
    var start: Instant
    var end: Instant
    var series: [Series]
  }

  /// An element of a reading: time, value as decimal text or null, quality, raw words.
  enum Value: Decodable {
    case number(Int64)
    case text(String)
    case none

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .none
      } else if let number = try? container.decode(Int64.self) {  // else it is text
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
  }

  var lot: String
  var revision: Int
  var runs: [Run]

  init(verified content: [UInt8]) throws {
    struct File: Decodable { var record: DeliveredRecord }
    let report = RecordVerifier.verify(content)
    #expect(report.isVerified, "\(report.text(in: .english))")
    self = try JSONDecoder().decode(File.self, from: Data(content)).record
  }

  func readings(of parameter: String) -> [[Value]] {
    runs.flatMap(\.series).filter { $0.parameter == parameter }.flatMap(\.readings)
  }
}

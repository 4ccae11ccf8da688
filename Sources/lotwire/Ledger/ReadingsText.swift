import Devices
import Foundation
import Ledger
import Shopfloor

/// Readings, buckets and pictures as lines of text, CSV or JSON.
struct ReadingsText {
  enum Form { case text, csv, json }

  let form: Form
  private let parameters: [ParameterIndex: RegisteredParameter]
  private var csv: ReadingCSV
  private let encoder: JSONEncoder

  init(form: Form, parameters: [RegisteredParameter]) {
    self.form = form
    self.parameters = Dictionary(parameters.map { ($0.index, $0) }) { first, _ in first }
    csv = ReadingCSV(parameters)
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  // MARK: Readings

  private struct ReadingLine: Encodable {
    var time: Timestamp
    var value: Double?
    var quality: String
    var detail: UInt16?
    var unit: String?
    var device: String?
  }

  mutating func lines(_ readings: [Reading], isFirst: Bool) -> String {
    switch form {
    case .csv:
      let head = isFirst ? csv.header : []
      return String(
        decoding: head + csv.lines(readings, [Int32?](repeating: nil, count: readings.count)), as: UTF8.self)
    case .json:
      return readings.map { reading in
        json(
          ReadingLine(
            time: reading.time, value: reading.quality.hasValue ? reading.value : nil, quality: reading.quality.name,
            detail: reading.detail == 0 ? nil : reading.detail, unit: parameters[reading.parameter]?.unit,
            device: parameters[reading.parameter]?.device.text))
      }.joined()
    case .text:
      return readings.map { reading in
        let unit = parameters[reading.parameter].map { " \($0.unit)" } ?? ""
        let value = reading.quality.hasValue ? "\(reading.value)\(unit)" : "no value"
        let quality = reading.quality.isGood ? "" : "  \(reading.quality.name)"
        return "\(reading.time)  \(value)\(quality)\n"
      }.joined()
    }
  }

  // MARK: Buckets

  private struct BucketLine: Encodable {
    var from: Timestamp
    var to: Timestamp
    var readings: Int
    var good: Int
    var minimum: Double?
    var mean: Double?
    var maximum: Double?
    var first: Double?
    var last: Double?
    var minimumAt: Timestamp?
    var maximumAt: Timestamp?
    var worst: String?
  }

  func lines(_ buckets: [SeriesBucket]) -> String {
    let lines = buckets.map { bucket in
      let summary = bucket.summary
      return BucketLine(
        from: bucket.from, to: bucket.to, readings: summary.readingCount, good: summary.goodCount,
        minimum: summary.minimum, mean: summary.mean, maximum: summary.maximum, first: summary.first,
        last: summary.last, minimumAt: summary.minimumAt, maximumAt: summary.maximumAt, worst: summary.worst?.name)
    }
    switch form {
    case .json: return lines.map { json($0) }.joined()
    case .csv:
      let head = "from,to,readings,good,minimum,mean,maximum,first,last,minimum_at,maximum_at,worst_quality\r\n"
      return head
        + lines.map { line in
          let numbers = [line.minimum, line.mean, line.maximum, line.first, line.last].map(CSVText.number)
          let times = [line.minimumAt, line.maximumAt].map { $0.map { "\($0)" } ?? "" }
          return
            (["\(line.from)", "\(line.to)", "\(line.readings)", "\(line.good)"] + numbers + times
            + [line.worst ?? ""]).joined(separator: ",") + "\r\n"
        }.joined()
    case .text:
      return lines.map { line in
        guard let minimum = line.minimum, let maximum = line.maximum else {
          return "\(line.from)  \(line.readings == 0 ? "nothing" : "\(line.readings) readings, none good")\n"
        }
        let count = line.good == line.readings ? "\(line.readings)" : "\(line.good) of \(line.readings) good"
        let mean = line.mean.map { "\($0)" } ?? "?"
        return "\(line.from)  min \(minimum)  mean \(mean)  max \(maximum)  (\(count))\n"
      }.joined()
    }
  }

  // MARK: Pictures

  private struct PointLine: Encodable {
    /// Strokes count from 1.
    var stroke: Int
    var time: Timestamp
    var value: Double
    var minimum: Double
    var maximum: Double
  }

  func lines(_ picture: SeriesPicture) -> String {
    let strokes = picture.strokes.enumerated().map { number, stroke in
      stroke.points.map { point in
        PointLine(
          stroke: number + 1, time: point.time, value: point.value, minimum: point.minimum, maximum: point.maximum)
      }
    }
    switch form {
    case .json: return strokes.joined().map { json($0) }.joined()
    case .csv:
      return "stroke,time,value,minimum,maximum\r\n"
        + strokes.joined().map { "\($0.stroke),\($0.time),\($0.value),\($0.minimum),\($0.maximum)\r\n" }.joined()
    case .text:
      return strokes.map { points in
        points.map { point in
          let range = point.minimum == point.maximum ? "" : "  (\(point.minimum) to \(point.maximum))"
          return "\(point.time)  \(point.value)\(range)\n"
        }.joined()
      }.joined(separator: "\n")
    }
  }

  private func json(_ line: some Encodable) -> String {
    // Names, numbers that are finite and times can always be encoded.
    guard let data = try? encoder.encode(line) else { return "" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}

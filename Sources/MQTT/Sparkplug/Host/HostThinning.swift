import Devices
import Shopfloor

/// Holds the topics of edge nodes to the thinning rule. While a device sends more than it may, its readings wait for the
/// end of a second and then leave in their order, thinned as in ``RoundThinning``. Pure.
struct HostThinning {
  /// How long readings wait, in microseconds.
  static let windowMicroseconds: Int64 = 1_000_000
  /// Most batches that wait; with one more they leave early.
  static let maximumWaiting = 2_000

  private let devices: [DeviceName: Int]
  private var thinner: TopicThinner
  private var round = RoundThinning()
  private var waiting: [RoundPiece] = []
  private var waitingDevices: Set<DeviceName> = []
  private var waitsUntil: Int64?
  private var notesDue: Int64?

  init(_ plan: SparkplugHostPlan) {
    let names = plan.devices.map(\.device)
    devices = Dictionary(zip(names, names.indices)) { first, _ in first }
    thinner = TopicThinner(plan.thinning, devices: names)
  }

  /// When ``released(_:)`` or ``takeNotes(at:)`` has something, by the monotonic clock.
  var deadline: Int64? { [waitsUntil, notesDue].compactMap(\.self).min() }

  /// What may leave now.
  mutating func thinned(_ told: [NodeSession.Told], at now: ClockReading) -> [ReadingBatch] {
    var leaving: [ReadingBatch] = []
    for var piece in admitted(told) {
      let batch = piece.batch
      guard piece.isOver || waitingDevices.contains(batch.device) else {
        leaving += round.thinned([piece]).map(\.batch)
        continue
      }
      piece.texts = Self.texts(of: batch)
      waiting.append(piece)
      waitingDevices.insert(batch.device)
      if waitsUntil == nil { waitsUntil = now.monotonicMicroseconds + Self.windowMicroseconds }
      if piece.isOver { notesDue = now.monotonicMicroseconds + TopicThinner.quietMicroseconds }
      if waiting.count >= Self.maximumWaiting { leaving += released() }
    }
    if let waitsUntil, now.monotonicMicroseconds >= waitsUntil { leaving += released() }
    return leaving
  }

  /// Each message counts by its own topic and for the time at which it came: what a hole had held up is no flood.
  private mutating func admitted(_ told: [NodeSession.Told]) -> [RoundPiece] {
    var pieces = told.map { RoundPiece(batch: $0.batch, message: 0) }
    let asTheyCame = told.indices.sorted {
      (told[$0].batch.monotonicMicroseconds, $0) < (told[$1].batch.monotonicMicroseconds, $1)
    }
    for index in asTheyCame {
      let batch = told[index].batch
      guard let topic = told[index].topic, let device = devices[batch.device] else { continue }
      let place = TopicThinner.Place(device: device, topic: topic)
      pieces[index].place = place
      pieces[index].admission = thinner.admit(
        place, at: ClockReading(utc: batch.receivedAt, monotonicMicroseconds: batch.monotonicMicroseconds))
    }
    return pieces
  }

  /// Everything that waits.
  mutating func released() -> [ReadingBatch] {
    defer {
      waiting = []
      waitingDevices = []
      waitsUntil = nil
    }
    return round.thinned(waiting).map { piece in
      if piece.isOver, let place = piece.place { thinner.keep(place) }
      var batch = piece.batch
      batch.texts = piece.texts.map { text in
        let reading = batch.readings[text.reading]
        return TextReading(parameter: reading.parameter, time: reading.time, text: text.text, words: [])
      }
      return batch
    }
  }

  mutating func takeNotes(at now: Int64) -> [MessageNote] {
    if let notesDue, now >= notesDue { self.notesDue = nil }
    return thinner.takeNotes(at: now)
  }

  private static func texts(of batch: ReadingBatch) -> [RoundPiece.Text] {
    batch.texts.compactMap { text in
      batch.readings.firstIndex { $0.parameter == text.parameter && $0.time == text.time }
        .map { RoundPiece.Text(reading: $0, text: text.text) }
    }
  }
}

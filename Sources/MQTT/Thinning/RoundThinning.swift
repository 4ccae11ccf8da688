import Devices
import Shopfloor

/// A batch on its way through a round.
struct RoundPiece {
  struct Text {
    /// The place of its reading in the batch.
    var reading: Int
    var text: String
  }

  var batch: ReadingBatch
  /// The texts of good readings.
  var texts: [Text] = []
  /// The message's place in the round.
  var message: Int
  /// Nil: never thinned.
  var place: TopicThinner.Place?
  var admission: TopicThinner.Admission?

  var isOver: Bool { admission?.isOver ?? false }
}

/// Chooses what is kept of the messages over the rule: of each parameter of a topic the lowest, the highest and the last
/// reading of this round, apart for good and for uncertain ones; the readings whose quality is other than that of the one
/// before, the first of them and the last; the last text. What is kept stays as it is, with its own time and value.
///
/// The last one stands for everything until the next message, which a sensor that reports on change may send much later.
struct RoundThinning {
  /// Of each parameter of a topic so many changes of quality are kept in a round, and the last one.
  static let maximumQualityChanges = 20

  private struct Series: Hashable {
    var slot: Int
    var parameter: ParameterIndex
    var quality: Quality
  }

  private struct Spot: Hashable {
    var piece: Int
    var reading: Int
  }

  private struct Extremes {
    var lowest: Spot
    var lowestValue: Double
    var highest: Spot
    var highestValue: Double
    var last: Spot
  }

  /// The quality of each parameter's latest reading; at most one entry for each parameter of the plan.
  private var qualities: [ParameterIndex: Quality] = [:]

  /// The pieces that are left, in their order.
  mutating func thinned(_ pieces: [RoundPiece]) -> [RoundPiece] {
    guard pieces.contains(where: \.isOver) else {
      for piece in pieces { for reading in piece.batch.readings { qualities[reading.parameter] = reading.quality } }
      return pieces
    }
    let kept = spots(in: pieces)
    return pieces.indices.compactMap { place in
      let piece = pieces[place]
      guard piece.isOver else { return piece }
      return Self.reduced(piece) { kept.contains(Spot(piece: place, reading: $0)) }
    }
  }

  private mutating func spots(in pieces: [RoundPiece]) -> Set<Spot> {
    var kept: Set<Spot> = []
    var extremes: [Series: Extremes] = [:]
    var lastTexts: [Series: Spot] = [:]
    var changes: [Series: (count: Int, last: Spot)] = [:]
    for (place, piece) in pieces.enumerated() {
      for (index, reading) in piece.batch.readings.enumerated() {
        let hasChanged = qualities.updateValue(reading.quality, forKey: reading.parameter) != reading.quality
        guard piece.isOver, let slot = piece.admission?.slot else { continue }
        let spot = Spot(piece: place, reading: index)
        if hasChanged {
          // One series for all qualities.
          let series = Series(slot: slot, parameter: reading.parameter, quality: .good)
          let count = (changes[series]?.count ?? 0) + 1
          if count <= Self.maximumQualityChanges { kept.insert(spot) }
          changes[series] = (count, spot)
        }
        guard reading.quality.hasValue else { continue }
        let series = Series(slot: slot, parameter: reading.parameter, quality: reading.quality)
        Self.extend(&extremes[series], reading.value, spot)
      }
      guard piece.isOver, let slot = piece.admission?.slot else { continue }
      for text in piece.texts {
        let series = Series(slot: slot, parameter: piece.batch.readings[text.reading].parameter, quality: .good)
        lastTexts[series] = Spot(piece: place, reading: text.reading)
      }
    }
    for found in extremes.values { kept.formUnion([found.lowest, found.highest, found.last]) }
    kept.formUnion(lastTexts.values)
    kept.formUnion(changes.values.map(\.last))
    return kept
  }

  /// Of equal values the first one.
  private static func extend(_ extremes: inout Extremes?, _ value: Double, _ spot: Spot) {
    guard let former = extremes else {
      extremes = Extremes(lowest: spot, lowestValue: value, highest: spot, highestValue: value, last: spot)
      return
    }
    extremes?.last = spot
    if value < former.lowestValue {
      extremes?.lowest = spot
      extremes?.lowestValue = value
    }
    if value > former.highestValue {
      extremes?.highest = spot
      extremes?.highestValue = value
    }
  }

  /// nil where nothing is left.
  private static func reduced(_ piece: RoundPiece, keeping isKept: (Int) -> Bool) -> RoundPiece? {
    var reduced = piece
    reduced.batch.readings = []
    reduced.texts = []
    for (index, reading) in piece.batch.readings.enumerated() where isKept(index) {
      for text in piece.texts where text.reading == index {
        reduced.texts.append(RoundPiece.Text(reading: reduced.batch.readings.count, text: text.text))
      }
      reduced.batch.readings.append(reading)
    }
    return reduced.batch.readings.isEmpty ? nil : reduced
  }
}

import Devices

/// Mappings of any shape, sensible or not: what a configuration can say, the decoder must bear.
struct RandomMappings {
  private var generator: SplitMix

  init(_ generator: SplitMix) { self.generator = generator }

  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &generator)]
  }

  mutating func plan(_ tally: inout PayloadTally) -> (mappings: [MessageMapping], availability: [AvailabilityTopic]) {
    let mappings = (0..<Int.random(in: 1...4, using: &generator)).map { mapping($0, &tally) }
    guard chance(2) else { return (mappings, []) }
    let topic = AvailabilityTopic(
      topic: filter(), path: chance(2) ? path(&tally) : nil, online: ["online", "1"], offline: ["OFFLINE", "0", ""])
    return (mappings, [topic])
  }

  // Every one of these is a filter.
  private static let filters = ["#", "t/#", "t/+", "t/1", "+/1", "t/+/x", "$SYS/#"].compactMap { try? TopicFilter($0) }

  private mutating func filter() -> TopicFilter { pick(Self.filters) }

  private mutating func path(_ tally: inout PayloadTally) -> JSONPath? {
    let steps = [
      "a", "b", "list", "[0]", "[1]", "[9223372036854775807]", #"[id="x"]"#, #"[n="1"]"#, #"["x.y"]"#, "é", "]",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let step = pick(steps)
      text += step.hasPrefix("[") || text.isEmpty ? step : "." + step
    }
    // A text that is no path is refused where the configuration is read.
    guard let path = try? JSONPath(text) else {
      tally.mappingsRefused += 1
      return nil
    }
    return path
  }

  private mutating func mapping(_ number: Int, _ tally: inout PayloadTally) -> MessageMapping {
    let forms: [MessageTime.Form] = [
      .automatic, .unixSeconds, .unixMilliseconds, .unixMicroseconds, .unixNanoseconds, .local(zone: "Europe/Berlin"),
      .local(zone: "nowhere"),
    ]
    var conditions: [MessageCondition] = []
    if chance(4), let path = path(&tally) {
      conditions = [MessageCondition(path: path, texts: pick([[], ["1"], ["x", "true"]]))]
    }
    var time: MessageTime?
    if chance(2), let path = path(&tally) { time = MessageTime(path: path, form: pick(forms)) }
    let key = chance(3) ? [path(&tally), path(&tally)].compactMap { $0 } : []
    let points = (0..<Int.random(in: 1...4, using: &generator)).map { point("p\(number)-\($0)", &tally) }
    return MessageMapping(
      topic: filter(), shape: chance(2) ? .whole : .delta, conditions: conditions,
      each: chance(3) ? path(&tally) : nil, time: time, key: key, points: points)
  }

  private mutating func point(_ name: String, _ tally: inout PayloadTally) -> MessagePoint {
    let forms: [MessagePoint.Form] = [
      .number(words: [:]), .number(words: ["x": 1, "": 2, "true": 7]), .text, .slice(slice()),
    ]
    let units = path(&tally).map {
      UnitSource(path: $0, conversions: ["x": .init(scale: 1e308, offset: 1), "1": .init(scale: 0.1), "": .init()])
    }
    let quality = path(&tally).map { SourceQuality(path: $0, good: pick([[], ["1", "true"], ["x"]])) }
    return MessagePoint(
      name: name, path: chance(4) ? nil : path(&tally), form: pick(forms),
      scale: pick([1, 1, 0.1, 0, -3, 1e308, .infinity, .nan]), offset: pick([0, 0, -40, 1e308, .nan]),
      sentinels: pick([[], [0, -999], [.nan, .infinity]]), range: pick([nil, nil, -1...1, 0...0]),
      units: chance(4) ? units : nil, quality: chance(5) ? quality : nil)
  }

  private mutating func slice() -> ByteSlice {
    let odd = [Int.min, -1, 0, 1, 7, 8, 63, 64, 65, Int.max / 8, Int.max]
    func number() -> Int { chance(4) ? pick(odd) : Int.random(in: 0...16, using: &generator) }
    return ByteSlice(
      encoding: pick(ByteSlice.Encoding.allCases),
      place: chance(2) ? .bits(offset: number(), length: number()) : .bytes(at: number(), count: number()),
      number: pick(ByteSlice.Number.allCases), isLittleEndian: chance(2))
  }
}

import Devices

/// A mapping as it is carried out: paths as bytes, points with the parameters that they feed.
struct CompiledMapping {
  struct Condition {
    let path: CompiledPath
    /// Empty: anything at all.
    let texts: [[UInt8]]
  }

  let topic: TopicFilter
  let isDelta: Bool
  let conditions: [Condition]
  let each: CompiledPath?
  let timePath: CompiledPath?
  let key: [CompiledPath]
  let points: [CompiledPoint]
  /// Whether anything of the mapping lies inside the payload; otherwise the payload itself is the value and is not read
  /// as JSON.
  let readsJSON: Bool
  /// All parameters of its points.
  let parameters: [ParameterIndex]

  init(_ mapping: MessageMapping, parameters: [String: [ParameterIndex]]) {
    topic = mapping.topic
    isDelta = mapping.shape == .delta
    conditions = mapping.conditions.map { condition in
      Condition(path: CompiledPath(condition.path), texts: condition.texts.map { Array($0.utf8) })
    }
    each = mapping.each.map { CompiledPath($0) }
    timePath = mapping.time.map { CompiledPath($0.path) }
    key = mapping.key.map { CompiledPath($0) }
    points = mapping.points.compactMap { point in
      guard let fed = parameters[point.name], !fed.isEmpty else { return nil }
      return CompiledPoint(point, parameters: fed)
    }
    // A time or a key beside a payload that is one plain value is nowhere.
    readsJSON =
      !conditions.isEmpty || each != nil || points.contains { $0.path != nil || $0.units != nil || $0.quality != nil }
    self.parameters = points.flatMap(\.parameters)
  }
}

/// A point as it is carried out.
struct CompiledPoint {
  struct Units {
    let path: CompiledPath
    let conversions: [String: UnitSource.Conversion]
  }

  struct Quality {
    let path: CompiledPath
    let good: [[UInt8]]
  }

  /// Nil: the whole payload is the value, or the whole element where elements are read.
  let path: CompiledPath?
  let form: MessagePoint.Form
  let words: [String: Double]
  let scale: Double
  let offset: Double
  let sentinels: [Double]
  let range: ClosedRange<Double>?
  let units: Units?
  let quality: Quality?
  let parameters: [ParameterIndex]

  init(_ point: MessagePoint, parameters: [ParameterIndex]) {
    path = point.path.map { CompiledPath($0) }
    form = point.form
    if case .number(let words) = point.form { self.words = words } else { words = [:] }
    scale = point.scale
    offset = point.offset
    sentinels = point.sentinels
    range = point.range
    units = point.units.map { Units(path: CompiledPath($0.path), conversions: $0.conversions) }
    quality = point.quality.map { source in
      Quality(path: CompiledPath(source.path), good: source.good.map { Array($0.utf8) })
    }
    self.parameters = parameters
  }
}

import Devices

/// A mapping as it is carried out: paths as bytes, points with the parameters that they feed.
struct CompiledMapping: Sendable {
  struct Condition: Sendable {
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
  /// Which messages of a topic it means and what of them, as the configuration says it: what a sensor counts apart has
  /// other conditions or another list. Each condition's number of texts stands in front of its path.
  let kind: [[UInt8]]
  let points: [CompiledPoint]
  /// Whether anything of the mapping lies inside the payload; otherwise the payload itself is the value and is not read
  /// as JSON.
  let readsJSON: Bool
  /// What of a delta message is wanted by those that follow.
  let remembered: RememberedNames
  /// All parameters of its points.
  let parameters: [ParameterIndex]

  init(_ mapping: MessageMapping, parameters: [String: [ParameterIndex]]) {
    var lists = CompiledPath.Numbers()
    topic = mapping.topic
    isDelta = mapping.shape == .delta
    let conditions = mapping.conditions.map { condition in
      Condition(
        path: lists.numbered(CompiledPath(condition.path)), texts: condition.texts.map { Array($0.utf8) })
    }
    let timePath = mapping.time.map { lists.numbered(CompiledPath($0.path)) }
    let key = mapping.key.map { lists.numbered(CompiledPath($0)) }
    let points: [CompiledPoint] = mapping.points.compactMap { point in
      guard let fed = parameters[point.name], !fed.isEmpty else { return nil }
      return CompiledPoint(point, parameters: fed, &lists)
    }
    each = mapping.each.map { CompiledPath($0) }
    var kind = mapping.conditions.flatMap { ["when \($0.texts.count)", $0.path.text] + $0.texts }
    if let each = mapping.each { kind += ["each", each.text] }
    self.kind = kind.map { Array($0.utf8) }
    remembered = RememberedNames(
      conditions.map(\.path) + points.flatMap { [$0.units?.path, $0.quality?.path].compactMap { $0 } })
    self.conditions = conditions
    self.timePath = timePath
    self.key = key
    self.points = points
    // A time or a key may stand beside a point that nobody has mapped to a parameter.
    readsJSON =
      !conditions.isEmpty || each != nil || timePath != nil || !key.isEmpty
      || points.contains { $0.path != nil || $0.units != nil || $0.quality != nil }
    self.parameters = points.flatMap(\.parameters)
  }
}

/// A point as it is carried out.
struct CompiledPoint: Sendable {
  struct Units {
    let path: CompiledPath
    let conversions: [String: LinearScale]
  }

  struct Quality {
    let path: CompiledPath
    let good: [[UInt8]]
  }

  /// Nil: the whole payload is the value, or the whole element where elements are read.
  let path: CompiledPath?
  let form: MessagePoint.Form
  let words: [String: Double]
  let scale: LinearScale
  let sentinels: [Double]
  let range: ClosedRange<Double>?
  let units: Units?
  let quality: Quality?
  let parameters: [ParameterIndex]

  init(_ point: MessagePoint, parameters: [ParameterIndex], _ lists: inout CompiledPath.Numbers) {
    path = point.path.map { lists.numbered(CompiledPath($0)) }
    form = point.form
    if case .number(let words) = point.form { self.words = words } else { words = [:] }
    scale = LinearScale(scale: point.scale, offset: point.offset)
    sentinels = point.sentinels
    range = point.range
    units = point.units.map { source in
      Units(
        path: lists.numbered(CompiledPath(source.path)),
        conversions: source.conversions.mapValues { LinearScale(scale: $0.scale, offset: $0.offset) })
    }
    quality = point.quality.map { source in
      Quality(path: lists.numbered(CompiledPath(source.path)), good: source.good.map { Array($0.utf8) })
    }
    self.parameters = parameters
  }
}

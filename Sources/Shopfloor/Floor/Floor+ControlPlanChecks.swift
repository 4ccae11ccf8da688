import ControlCharts

/// Whether a control plan fits the line: every part of it must be judgeable by what the configuration reads.
extension Floor {
  /// Possible lengths of a window of time, in microseconds: a tenth of a second to a day.
  static let windowMicroseconds: ClosedRange<Int64> = 100_000...86_400_000_000

  /// A new configuration must go on feeding what holds or will hold, and what active runs have pinned: a characteristic
  /// without readings would be judged by silence.
  func requireControlPlansFit(_ new: LinePlan, _ time: Timestamp) throws(Refusal) {
    var after = self
    after.plan = new
    let pinned = Set(stations.values.compactMap { $0.activeRun?.controlPlan })
    for (_, versions) in controlPlans.sorted(by: { $0.key < $1.key }) {
      let holding = versions.last { $0.isInForce(at: time) }?.reference
      for state in versions {
        let isToCome = state.withdrawal == nil && state.approval.map { $0.effectiveFrom > time } ?? false
        guard state.reference == holding || isToCome || pinned.contains(state.reference) else { continue }
        do throws(Refusal) {
          for control in state.imported.plan.stations { try after.check(control, of: state.imported.plan) }
        } catch {
          let reference = "\(state.reference.number) version \(state.reference.version)"
          throw Refusal(
            .controlPlanFault, read: error.read,
            why: Words(
              "control plan \(reference), which the new configuration must go on feeding, no longer fits it: "
                + error.why.english, "新配置与控制计划 \(reference) 不再相符：\(error.why.chinese)"),
            remedy: Words(
              "Keep this in the configuration; or withdraw the control plan, end the runs under it, then reload",
              "请在配置中保留该内容；或撤回该控制计划并结束其运行，然后重新加载"))
        }
      }
    }
  }

  func check(_ document: ControlPlan) throws(Refusal) {
    if let twice = Self.twice(document.stations.map(\.station)) {
      throw planFault(document, "stations: \(twice)", "it stands there twice", "重复出现", "Write each station once")
    }
    if let twice = Self.twice(document.reactionPlans.map(\.name)) {
      throw planFault(
        document, "reaction_plans: \(displayable(twice))", "it stands there twice", "重复出现",
        "Give each reaction plan a name of its own")
    }
    for control in document.stations { try check(control, of: document) }
  }

  private static func twice<Name: Hashable>(_ names: [Name]) -> Name? {
    var seen: Set<Name> = []
    return names.first { !seen.insert($0).inserted }
  }

  func check(_ control: StationControl, of document: ControlPlan) throws(Refusal) {
    guard let station = plan.station(control.station) else {
      throw planFault(
        document, "stations: \(control.station)", "there is no such station", "没有该工位",
        "Write one of: \(plan.stations.map(\.name.text).joined(separator: ", "))")
    }
    if let twice = Self.twice(control.specifications.map(\.parameter)) {
      throw planFault(
        document, "\(control.station): specifications: \(twice)", "it stands there twice", "重复出现",
        "Write the limits of each parameter once")
    }
    if let twice = Self.twice(control.characteristics.map(\.name)) {
      throw planFault(
        document, "\(control.station): \(twice)", "it stands there twice", "重复出现",
        "Give each characteristic a name of its own")
    }
    for specification in control.specifications {
      guard station.parameters.contains(where: { $0.name == specification.parameter }) else {
        throw parameterUnknown(specification.parameter, station, document, "specifications")
      }
      try check(
        specification.limits, document, "\(control.station): \(specification.parameter): specification",
        judgesReadings: true)
    }
    for characteristic in control.characteristics { try check(characteristic, station, document) }
  }

  private func check(_ characteristic: CharacteristicPlan, _ station: StationPlan, _ document: ControlPlan)
    throws(Refusal)
  {
    let field = "\(station.name): \(characteristic.name)"
    let isManual = characteristic.sampling == .manual
    let parameter = station.parameters.first { $0.name == characteristic.parameter }
    if !isManual {
      guard let parameter else {
        throw parameterUnknown(characteristic.parameter, station, document, "\(field): of")
      }
      if characteristic.feature != .duration, characteristic.unit != parameter.unit {
        throw planFault(
          document, "\(field): unit",
          "\"\(displayable(characteristic.unit))\" is not the unit of \(parameter.name), \"\(parameter.unit)\"",
          "单位“\(displayable(characteristic.unit))”与 \(parameter.name) 的单位“\(parameter.unit)”不符",
          "Write unit: \(parameter.unit), or leave it out")
      }
      if characteristic.sampling == nil, station.cycle == nil {
        throw planFault(
          document, field, "it is taken once per cycle, and this station has no cycle", "按循环取值，但该工位未定义循环",
          "Give the station a cycle in the configuration, or write every: {window_seconds: 60}")
      }
    }
    for gate in characteristic.gates ?? [] where !station.parameters.contains(where: { $0.name == gate.parameter }) {
      throw parameterUnknown(gate.parameter, station, document, "\(field): gates: \(gate.name)")
    }
    if let limits = characteristic.specification {
      try check(limits, document, "\(field): specification", judgesReadings: false)
    }
    if case .window(let length) = characteristic.sampling { try checkWindow(length, document, "\(field): every") }
    if let chart = characteristic.chart { try check(chart, isManual: isManual, document, field) }
  }

  private func checkWindow(_ length: Int64, _ document: ControlPlan, _ field: String) throws(Refusal) {
    guard !Self.windowMicroseconds.contains(length) else { return }
    throw planFault(
      document, field, "a window of \(Double(length) / 1_000_000) s is not possible",
      "时间窗口 \(Double(length) / 1_000_000) 秒无效", "Write 0.1 to 86400 seconds")
  }

  private func check(_ limits: LimitPlan, _ document: ControlPlan, _ field: String, judgesReadings: Bool)
    throws(Refusal)
  {
    for (name, value) in [("low", limits.low), ("high", limits.high)] where value.map({ !$0.isFinite }) ?? false {
      throw planFault(document, "\(field): \(name)", "it is not a number", "不是有效数字", "Write a number")
    }
    if let low = limits.low, let high = limits.high, low >= high {
      throw planFault(
        document, field, "the low limit \(low) is not below the high limit \(high)", "下限 \(low) 不低于上限 \(high)",
        "Write the smaller number as low")
    }
    if limits.response != nil, !judgesReadings, limits.low == nil, limits.high == nil {
      throw planFault(document, field, "there is no limit to respond to", "没有可响应的限值", "Write low:, high: or both")
    }
    try checkReaction(limits.reactionPlan, document, field)
  }

  private func check(_ chart: ChartPlan, isManual: Bool, _ document: ControlPlan, _ field: String) throws(Refusal) {
    try checkReaction(chart.reactionPlan, document, "\(field): chart")
    do throws(ControlChartFault) {
      _ = try chart.makeChart()
    } catch {
      throw planFault(document, "\(field): chart", "\(error)", "控制图设置无效：\(error)", "Correct the chart")
    }
    let design = chart.completeDesign
    if !isManual, design.kind.isAttribute || design.kind == .hotellingTSquared {
      throw planFault(
        document, "\(field): chart: kind",
        "a chart of the kind \(design.kind.rawValue) needs what people count or measure together, not readings",
        "\(design.kind.rawValue) 控制图需要人工计数或同时测量的数值，而非读数", "Write every: manual, or use the kind individuals")
    }
    switch chart.subgroup {
    case .window(let length): try checkWindow(length, document, "\(field): chart: subgroup_by")
    case .run, .manual: break
    case .count, .cycle, nil: return
    }
    guard design.subgroupSize > 1 else {
      throw planFault(
        document, "\(field): chart: subgroup", "this chart takes one value a point, and its subgroups hold several",
        "该控制图每点只取一个数值，而子组包含多个数值", "Write subgroup: with how many values a full one has, and a kind that takes them")
    }
  }

  private func checkReaction(_ name: String?, _ document: ControlPlan, _ field: String) throws(Refusal) {
    guard let name, document.reactionPlan(name) == nil else { return }
    let known = document.reactionPlans.map(\.name).joined(separator: ", ")
    throw planFault(
      document, "\(field): reaction_plan", "there is no reaction plan \"\(displayable(name))\"",
      "没有反应计划“\(displayable(name))”",
      known.isEmpty ? "Write it under reaction_plans:" : "Write one of: \(known)")
  }

  private func parameterUnknown(
    _ name: ParameterName, _ station: StationPlan, _ document: ControlPlan, _ field: String
  ) -> Refusal {
    planFault(
      document, field, "station \(station.name) has no parameter \"\(name)\"", "工位 \(station.name) 没有参数“\(name)”",
      "Write one of: \(station.parameters.map(\.name.text).joined(separator: ", "))")
  }

  private func planFault(
    _ document: ControlPlan, _ field: String, _ english: String, _ chinese: String, _ remedy: String
  ) -> Refusal {
    Refusal(
      .controlPlanFault, read: "\(document.number) version \(document.version): \(field)",
      why: Words(english, chinese), remedy: Words(remedy, "请更正该字段（\(remedy)）"))
  }
}

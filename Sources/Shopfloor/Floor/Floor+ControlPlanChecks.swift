import ControlCharts

/// Whether a control plan fits the line: every part of it must be judgeable by what the configuration reads.
extension Floor {
  func check(_ control: StationControl, of document: ControlPlan) throws(Refusal) {
    guard let station = plan.station(control.station) else {
      throw planFault(
        document, "stations: \(control.station)", "there is no such station", "没有该工位",
        "Write one of: \(plan.stations.map(\.name.text).joined(separator: ", "))")
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
    if let chart = characteristic.chart { try check(chart, document, field) }
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

  private func check(_ chart: ChartPlan, _ document: ControlPlan, _ field: String) throws(Refusal) {
    try checkReaction(chart.reactionPlan, document, "\(field): chart")
    do throws(ControlChartFault) {
      _ = try chart.makeChart()
    } catch {
      throw planFault(document, "\(field): chart", "\(error)", "控制图设置无效：\(error)", "Correct the chart")
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

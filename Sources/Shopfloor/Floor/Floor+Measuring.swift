import ControlCharts

/// What people measure and count by hand, and what they do with open charts.
extension Floor {
  /// Most values of one entry.
  static let maximumMeasuredValues = 1_000

  func decideMeasurement(
    _ name: StationName, _ characteristic: CharacteristicName, _ values: [Double], _ inspected: Double?,
    _ person: PersonID, _ time: Timestamp
  ) throws(Refusal) -> Decision {
    try require(.operate, of: person, read: characteristic.text)
    let plan = try characteristicPlan(name, characteristic)
    guard plan.sampling == .manual else {
      throw Refusal(
        .measurementInvalid, read: characteristic.text,
        why: Words("this characteristic is taken from readings, not by hand", "该特性由读数自动取得，不由人工录入"),
        remedy: Words("Enter a characteristic with every: manual", "请录入设为人工测量的特性"))
    }
    func invalid(_ read: String, _ english: String, _ chinese: String, _ remedy: String, _ action: String) -> Refusal {
      Refusal(
        .measurementInvalid, read: read, why: Words(english, chinese), remedy: Words(remedy, action))
    }
    guard !values.isEmpty, values.count <= Self.maximumMeasuredValues else {
      throw invalid(
        "\(values.count)", "that many values are not possible", "数值个数无效",
        "Enter 1 to \(Self.maximumMeasuredValues) values", "请录入 1 至 \(Self.maximumMeasuredValues) 个数值")
    }
    if let bad = values.first(where: { !$0.isFinite }) {
      throw invalid("\(bad)", "it is not a number", "不是有效数字", "Enter the measured number", "请录入测得的数字")
    }
    if let chart = plan.chart, chart.isAttribute {
      guard let inspected, inspected > 0, inspected.isFinite, values.count == 1, values[0] >= 0 else {
        throw invalid(
          values.map { "\($0)" }.joined(separator: " "), "a count of found and of inspected items is needed",
          "需要不合格数与检验数", "Enter one number found, and how many were inspected", "请录入一个不合格数以及检验数")
      }
      if chart.isProportion, values[0] > inspected {
        throw invalid(
          "\(values[0])", "more were found than inspected (\(inspected))", "不合格数大于检验数（\(inspected)）",
          "Check both numbers", "请核对两个数字")
      }
    } else if inspected != nil {
      throw invalid(
        characteristic.text, "measured values have no number of inspected items", "计量值没有检验数",
        "Leave the number of inspected items out", "请勿填写检验数")
    }
    let run = station(name).activeRun
    return .accepted(
      [
        .measurementTaken(
          MeasurementTaken(
            station: name, characteristic: characteristic, run: run?.id, values: values, inspected: inspected,
            unit: plan.unit, person: person, at: time))
      ], "\(values.count == 1 ? "value" : "\(values.count) values") of \(characteristic) taken",
      "已录入 \(characteristic) 的 \(values.count) 个数值")
  }

  func decideStage(
    _ name: StationName, _ characteristic: CharacteristicName, _ person: PersonID, _ reason: String, _ time: Timestamp
  ) throws(Refusal) -> Decision {
    try require(.quality, of: person, read: characteristic.text)
    _ = try chartPlan(name, characteristic)
    try requireText(
      reason, .reasonMissing, read: characteristic.text, what: Words("the reason", "理由"),
      remedy: Words("Say in a few words what was done to the process", "请简要说明对过程做了什么"))
    return .accepted(
      [
        .chartStageBegun(
          ChartStageBegun(station: name, characteristic: characteristic, person: person, reason: reason, at: time))
      ], "the chart of \(characteristic) begins a stage", "\(characteristic) 的控制图开始新阶段")
  }

  func decideSubgroupEnd(
    _ name: StationName, _ characteristic: CharacteristicName, _ person: PersonID, _ time: Timestamp
  ) throws(Refusal) -> Decision {
    try require(.operate, of: person, read: characteristic.text)
    guard try chartPlan(name, characteristic).subgroup == .manual else {
      throw Refusal(
        .chartUnknown, read: characteristic.text,
        why: Words("its subgroups are not closed by hand", "该控制图的子组不由人工结束"),
        remedy: Words("Write subgroup: manual in the control plan", "请在控制计划中设为人工子组"))
    }
    return .accepted(
      [
        .subgroupEnded(
          SubgroupEnded(station: name, characteristic: characteristic, person: person, at: time))
      ], "the subgroup of \(characteristic) is closed", "\(characteristic) 的子组已结束")
  }

  private func chartPlan(_ name: StationName, _ characteristic: CharacteristicName) throws(Refusal) -> ChartPlan {
    guard let chart = try characteristicPlan(name, characteristic).chart else {
      throw Refusal(
        .chartUnknown, read: characteristic.text,
        why: Words("this characteristic has no chart", "该特性没有控制图"),
        remedy: Words("Look up the charts with \"lotwire spc\"", "请用 “lotwire spc” 查看控制图"))
    }
    return chart
  }

  private func characteristicPlan(_ name: StationName, _ characteristic: CharacteristicName)
    throws(Refusal) -> CharacteristicPlan
  {
    guard let plan = judgedPlan(of: name) else {
      throw Refusal(
        .stationUnknown, read: name.text, why: Words("there is no such station", "没有该工位"),
        remedy: Words(
          "Write one of: \(self.plan.stations.map(\.name.text).joined(separator: ", "))", "请核对工位名称"))
    }
    guard let found = plan.characteristics.first(where: { $0.name == characteristic }) else {
      let known = plan.characteristics.map(\.name.text).joined(separator: ", ")
      throw Refusal(
        .chartUnknown, read: characteristic.text,
        why: Words("station \(name) does not judge such a characteristic now", "工位 \(name) 当前没有该特性"),
        remedy: Words(
          known.isEmpty ? "Start a run under a control plan that has it" : "Write one of: \(known)", "请核对特性名称"))
    }
    return found
  }
}

extension ChartPlan {
  /// Whether its points are counts of what was found in so much inspected.
  public var isAttribute: Bool {
    switch design?.kind {
    case .p, .np, .c, .u, .laneyP, .laneyU: true
    default: false
    }
  }

  /// Whether no more can be found than was inspected.
  public var isProportion: Bool {
    switch design?.kind {
    case .p, .np, .laneyP: true
    default: false
    }
  }
}

import Shopfloor

extension EventChain {
  /// Writes the payload of a plan: every field of every part; PlanEventTests holds this to the fields there are. False where the general encoder must say what is wrong with a number.
  static func write(_ applied: PlanApplied, _ writer: inout CanonicalWriter) -> Bool {
    writer.object()
    writer.key("changes")
    writer.array(applied.changes) { $0.text($1) }
    writer.field("digest", text: applied.digest)
    writer.open("plan")
    writer.begin("line", text: applied.plan.line)
    if let rules = applied.plan.materialRules {
      writer.open("materialRules")
      write(rules, &writer)
    }
    writer.field("site", text: applied.plan.site)
    writer.open("stations")
    writer.array(applied.plan.stations) { write($1, &$0) }
    writer.open("wiring")
    writer.array(applied.plan.wiring) { writer, entry in
      writer.begin("description", text: entry.description)
      writer.field("name", text: entry.name)
      writer.close()
    }
    if let writes = applied.plan.writes {
      writer.open("writes")
      writer.array(writes) { write($1, &$0) }
    }
    writer.close()
    if applied.plan.alarmPolicy != nil || applied.plan.notifications != nil || applied.plan.quantities != nil {
      writer.leave()
    }
    return !writer.isLeft
  }

  private static func write(_ station: StationPlan, _ writer: inout CanonicalWriter) {
    writer.object()
    writer.key("characteristics")
    writer.array(station.characteristics) { write($1, &$0) }
    if let cycle = station.cycle {
      writer.open("cycle")
      write(cycle, &writer)
    }
    if let interlock = station.interlock {
      writer.open("interlock")
      write(interlock, &writer)
    }
    if let labels = station.labels { writer.field("labels", text: labels.rawValue) }
    if let cleared = station.lineClearance { writer.field("lineClearance", boolean: cleared) }
    writer.field("loadCapacityLots", integer: Int64(station.loadCapacityLots))
    writer.field("name", text: station.name.text)
    writer.field("operation", text: station.operation.text)
    writer.open("parameters")
    writer.array(station.parameters) { write($1, &$0) }
    if let role = station.role { writer.field("role", text: role.rawValue) }
    if let steps = station.secondPerson {
      writer.open("secondPerson")
      writer.array(steps) { $0.text($1.rawValue) }
    }
    writer.close()
  }

  private static func write(_ rules: MaterialRules, _ writer: inout CanonicalWriter) {
    writer.begin("allowsBlindReceipt", boolean: rules.allowsBlindReceipt)
    writer.field("minimumRemainingLifeDays", integer: Int64(rules.minimumRemainingLifeDays))
    writer.field("overDeliveryPercent", number: rules.overDeliveryPercent)
    writer.open("substitutes")
    writer.array(rules.substitutes) { writer, rule in
      writer.begin("item", text: rule.item.text)
      if let product = rule.product { writer.field("product", text: product.text) }
      writer.field("substitute", text: rule.substitute.text)
      writer.close()
    }
    writer.close()
  }

  private static func write(_ interlock: InterlockPlan, _ writer: inout CanonicalWriter) {
    writer.begin("device", text: interlock.device.text)
    writer.field("holdValue", number: interlock.holdValue)
    writer.field("point", text: interlock.point)
    writer.field("releaseValue", number: interlock.releaseValue)
    writer.close()
  }

  private static func write(_ allowance: WriteAllowance, _ writer: inout CanonicalWriter) {
    writer.begin("device", text: allowance.device.text)
    writer.field("maximum", number: allowance.maximum)
    writer.field("minimum", number: allowance.minimum)
    writer.field("point", text: allowance.point)
    writer.field("unit", text: allowance.unit)
    writer.close()
  }

  private static func write(_ parameter: ParameterPlan, _ writer: inout CanonicalWriter) {
    if let alarm = parameter.alarm {
      writer.object()
      writer.key("alarm")
      write(alarm, &writer)
      writer.field("device", text: parameter.device.text)
    } else {
      writer.begin("device", text: parameter.device.text)
    }
    writer.field("expectedIntervalMicroseconds", integer: parameter.expectedIntervalMicroseconds)
    writer.field("name", text: parameter.name.text)
    writer.field("point", text: parameter.point)
    if let specification = parameter.specification {
      writer.open("specification")
      write(specification, &writer)
    }
    writer.field("unit", text: parameter.unit)
    writer.close()
  }

  private static func write(_ limits: LimitPlan, _ writer: inout CanonicalWriter) {
    writer.begin("deadband", number: limits.deadband)
    if let high = limits.high { writer.field("high", number: high) }
    if let low = limits.low { writer.field("low", number: low) }
    writer.field("onDelayMicroseconds", integer: limits.onDelayMicroseconds)
    if let priority = limits.priority { writer.field("priority", text: priority.rawValue) }
    if let plan = limits.reactionPlan { writer.field("reactionPlan", text: plan) }
    if let response = limits.response { writer.field("response", text: response.rawValue) }
    writer.close()
  }

  /// A case of an enumeration is an object with its name as the only key, and its values in an object below.
  private static func write(_ cycle: CyclePlan, _ writer: inout CanonicalWriter) {
    func write(_ name: StaticString, level: Double, hysteresis: Double) {
      writer.key(name)
      writer.begin("hysteresis", number: hysteresis)
      writer.field("level", number: level)
    }
    writer.object()
    writer.key("condition")
    writer.object()
    switch cycle.condition {
    case .bit:
      writer.key("bit")
      writer.object()
    case .above(let level, let hysteresis): write("above", level: level, hysteresis: hysteresis)
    case .below(let level, let hysteresis): write("below", level: level, hysteresis: hysteresis)
    }
    writer.close()
    writer.close()
    writer.field("parameter", text: cycle.parameter.text)
    writer.close()
  }

  private static func write(_ characteristic: CharacteristicPlan, _ writer: inout CanonicalWriter) {
    if let chart = characteristic.chart {
      writer.object()
      writer.key("chart")
      write(chart, &writer)
      writer.field("feature", text: characteristic.feature.rawValue)
    } else {
      writer.begin("feature", text: characteristic.feature.rawValue)
    }
    if characteristic.gates != nil || characteristic.sampling != nil { writer.leave() }
    writer.field("name", text: characteristic.name.text)
    writer.field("parameter", text: characteristic.parameter.text)
    if let specification = characteristic.specification {
      writer.open("specification")
      write(specification, &writer)
    }
    writer.field("unit", text: characteristic.unit)
    writer.close()
  }

  private static func write(_ chart: ChartPlan, _ writer: inout CanonicalWriter) {
    writer.object()
    writer.key("limits")
    writer.object()
    switch chart.limits {
    case .frozen(let center, let sigma):
      writer.key("frozen")
      writer.begin("center", number: center)
      writer.field("sigma", number: sigma)
    case .establish(let points):
      writer.key("establish")
      writer.begin("points", integer: Int64(points))
    case .baseline:
      writer.object()
      writer.leave()
    }
    if chart.design != nil || chart.subgroup != nil || chart.stagePerWorkOrder != nil || chart.priority != nil
      || chart.reactionPlan != nil || chart.autocorrelationAccepted != nil || chart.expectedEveryMicroseconds != nil
    {
      writer.leave()
    }
    writer.close()
    writer.close()
    writer.field("runLength", integer: Int64(chart.runLength))
    writer.close()
  }
}

extension Floor {
  func decideMaterial(_ material: MaterialLot, _ station: StationPlan, _ label: ScannedLabel, _ time: Timestamp)
    throws(Refusal) -> Decision
  {
    let person = try presentPerson(station, label)
    let state = self.station(station.name)
    guard let run = state.activeRun else {
      throw Refusal(
        .runMissing, read: label.text, why: Words("no run is active at \(station.name)", "\(station.name) 没有进行中的运行"),
        remedy: Words("Scan the lot label to start the run, then the material", "请先扫描批次标签开始运行，再扫描物料"))
    }
    if state.consumed.contains(where: { $0.materialLot == material.number && $0.serial == label.serial }) {
      return .accepted(
        [], "material lot \(material.number) is already recorded for run \(run.id)",
        "物料批次 \(material.number) 已记录于运行 \(run.id)")
    }
    try checkUsable(material, label, time)
    try checkBill(material, run, label)
    let use = MaterialConsumed(
      run: run.id, materialLot: material.number, item: material.item, person: person,
      quantity: label.quantity?.doubleValue,
      serial: label.serial, at: time)
    return .accepted(
      [.materialConsumed(use)], "material lot \(material.number) recorded for run \(run.id)",
      "物料批次 \(material.number) 已记录于运行 \(run.id)")
  }

  private func checkUsable(_ material: MaterialLot, _ label: ScannedLabel, _ time: Timestamp) throws(Refusal) {
    guard material.status == .released else {
      throw Refusal(
        .materialNotReleased, read: label.text,
        why: Words(
          "material lot \(material.number) is \(material.status.rawValue)",
          "物料批次 \(material.number) 状态为 \(material.status.rawValue)"),
        remedy: Words("Set it aside; use a released lot or ask quality to release this one", "请放置一旁；使用已放行的批次，或请质量部门放行"))
    }
    // The label and the ERP may disagree on the expiry; the earlier one counts.
    let limits = [material.unusableFrom, label.unusableFrom].compactMap { $0 }
    if let limit = limits.min(), time >= limit {
      throw Refusal(
        .materialExpired, read: label.text,
        why: Words(
          "material lot \(material.number) may not be used since \(limit)", "物料批次 \(material.number) 自 \(limit) 起不可使用"),
        remedy: Words("Set it aside for the warehouse and take a lot that is in date", "请放置一旁交仓库处理，并领用在有效期内的批次"))
    }
  }

  /// Every lot of the run must have the item in its bill of materials.
  private func checkBill(_ material: MaterialLot, _ run: Run, _ label: ScannedLabel) throws(Refusal) {
    for number in run.workOrders {
      guard let order = orders[number], order.materials.contains(where: { $0.item == material.item }) else {
        throw Refusal(
          .materialForeign, read: label.text,
          why: Words(
            "item \(material.item) is not in the bill of materials of work order \(number)",
            "物料 \(material.item) 不在工单 \(number) 的物料清单中"),
          remedy: Words("Take the material that the work order lists", "请领用工单所列的物料"))
      }
    }
  }
}

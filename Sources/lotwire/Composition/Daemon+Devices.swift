import Console
import Devices
import Ledger
import Modbus
import Recorder
import Shopfloor

extension Daemon {
  /// What the console may ask of the devices.
  nonisolated var devicePorts: ConsolePorts.DevicePorts {
    let recorder = self.recorder
    let clock = self.clock
    let ledger = self.consoleLedger
    let devices = self.devices
    return ConsolePorts.DevicePorts(
      write: { request in
        let answer = await recorder.perform(
          .orderWrite(
            device: request.device, point: request.point, value: request.value, person: request.person,
            reason: request.reason), actor: "person \(request.person)", at: clock.now().utc)
        return answer.isAccepted ? await Self.outcome(of: request, ledger) ?? answer : answer
      },
      forget: { request in
        let answer = await recorder.perform(
          .forgetDeviceLimits(device: request.device, person: request.person, reason: request.reason),
          actor: "person \(request.person)", at: clock.now().utc)
        if answer.isAccepted { devices.modbus?.forgetLimits(of: request.device) }
        return answer
      },
      commission: { done in
        var done = done
        done.at = clock.now().utc
        return await recorder.perform(.commissionDevice(done), actor: "person \(done.person)", at: done.at)
      },
      calibrate: { done in
        await recorder.perform(.recordCalibration(done), actor: "person \(done.person)", at: clock.now().utc)
      },
      read: { [weak self] request in
        guard let self else { return DeviceValues(device: request.device, fault: "The daemon is stopping.") }
        return await self.read(request)
      })
  }

  // MARK: Reading

  private func read(_ request: ReadDeviceRequest) async -> DeviceValues {
    guard let entry = plant.modbusDevices.first(where: { $0.name == request.device }), let source = devices.modbus
    else {
      let known = plant.modbusDevices.map(\.name.text).sorted().joined(separator: ", ")
      return DeviceValues(
        device: request.device,
        fault: "There is no Modbus device \"\(request.device)\". \(known.isEmpty ? "" : "Known are: \(known).")")
    }
    let names = request.points.isEmpty ? entry.profile.points.map(\.name) : request.points
    var answer = DeviceValues(
      device: entry.name, profile: entry.profile.name, profileDigest: entry.profileDigest,
      address: "\(entry.endpoint) unit \(entry.unit)")
    let result = await withCheckedContinuation { continuation in
      source.read(device: entry.name, points: names) { continuation.resume(returning: $0) }
    }
    switch result {
    case .success(let values): answer.values = values.map { DeviceValues.Value($0, of: entry.profile) }
    case .failure(let fault): answer.fault = fault.description
    }
    return answer
  }

  // MARK: Writing

  /// A person waits so long for what became of a write; after that the ledger has it.
  private static let outcomePatienceMilliseconds = 12_000
  private static let outcomePauseMilliseconds = 50

  /// What became of the last write that was ordered so; nil where that is not known in time.
  private static func outcome(of request: WriteRequest, _ ledger: LedgerAccess) async -> CommandAnswer? {
    // What cannot be read now, the person reads in the ledger later.
    guard let id = try? await ledger.read({ try lastOrder(like: request, $0) }) else { return nil }
    for _ in 0..<(outcomePatienceMilliseconds / outcomePauseMilliseconds) {
      // As above.
      for record in (try? await ledger.read { try $0.events(about: .write(id)) }) ?? [] {
        if case .writeReported(let report) = record.event { return answer(report, request) }
      }
      // Cancelled means that the daemon stops.
      try? await Task.sleep(for: .milliseconds(outcomePauseMilliseconds))
    }
    return nil
  }

  private static func lastOrder(like request: WriteRequest, _ reader: LedgerReader) throws -> WriteID? {
    for record in try reader.events(about: .device(request.device)).reversed() {
      if case .writeOrdered(let write) = record.event, write.point == request.point, !write.isInterlock {
        return write.id
      }
    }
    return nil
  }

  private static func answer(_ report: DeviceWriteReport, _ request: WriteRequest) -> CommandAnswer {
    guard report.outcome != .confirmed else {
      return .accepted(
        Words("write \(report.id) confirmed: \(report.detail)", "写入 \(report.id) 已确认：\(report.detail)"))
    }
    return .refused(
      Refusal(
        .writeNotConfirmed, read: "\(request.device) \(request.point) = \(PointText.plain(request.value))",
        why: Words(
          "write \(report.id) is \(report.outcome.rawValue): \(report.detail)",
          "写入 \(report.id)（\(report.outcome.rawValue)）：\(report.detail)"),
        remedy: Words("Read the value at the device before you order it again", "再次下达前请在设备上核对数值")))
  }
}

extension RunningDevices {
  /// Writes and reads back.
  func perform(_ write: DeviceWrite, clock: any WallClock) async -> DeviceWriteReport {
    guard let source = modbus else {
      return DeviceWriteReport(
        id: write.id, outcome: .unreachable, detail: "the devices are not being polled", at: clock.now().utc)
    }
    let result = await withCheckedContinuation { continuation in
      source.write(device: write.device, point: write.point, value: write.value) {
        continuation.resume(returning: $0)
      }
    }
    let now = clock.now().utc
    switch result {
    case .failure(let fault):
      return DeviceWriteReport(id: write.id, outcome: .unreachable, detail: fault.description, at: now)
    case .success(let outcome): return DeviceWriteReport(outcome, of: write, at: now)
    }
  }
}

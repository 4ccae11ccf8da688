import BatchRecord
import Console
import Devices
import ERP
import Foundation
import Ledger
import Logging
import Recorder
import ServiceLifecycle
import Shopfloor
import UnixSignals

/// The running daemon: the one place that knows every room.
actor Daemon {
  private let configurationFile: URL
  private let logger: Logger
  let clock: any WallClock = SystemClock()
  let recorder: Recorder
  private let triggers: SealingTriggers
  private let refusals = RefusalBoard()
  private let writeNews = WriteNews()
  private let deliveryTrigger = DeliveryTrigger()
  private let feedback: FeedbackBoard
  private let startedAt: ClockReading
  private(set) var plant: PlantConfiguration
  private(set) var sources: DeviceSources?
  private var erp: ERPService?
  /// A reload waits in between; a second one meanwhile would leave the sources of the first running for ever.
  private var isReloading = false

  /// Opens the ledger and puts the configuration in force.
  init(configurationFile: URL, plant: PlantConfiguration, logger: Logger) async throws {
    self.configurationFile = configurationFile
    self.plant = plant
    self.logger = logger
    try FileManager.default.createDirectory(
      at: plant.dataFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let triggers = SealingTriggers()
    let refusals = self.refusals
    let writeNews = self.writeNews
    let deliveryTrigger = self.deliveryTrigger
    self.triggers = triggers
    startedAt = clock.now()
    let feedback = FeedbackBoard(startedAt: startedAt.utc)
    self.feedback = feedback
    let setup = Recorder.Setup(
      ledgerPath: plant.ledgerPath, programVersion: lotwireVersion, bootID: Self.bootID)
    recorder = try Recorder(setup, clock: clock) { events in
      triggers.take(events)
      refusals.take(events)
      writeNews.take(events)
      deliveryTrigger.take(events)
      feedback.take(events)
    }
    logger.info("ledger open", metadata: ["finding": "\(recorder.chainFinding)", "path": "\(plant.ledgerPath)"])
    let counters = recorder.status.counters
    if counters.replayDifferences > 0 {
      logger.error(
        "commits gave other events when judged again; records of this time need a reviewer",
        metadata: ["commits": "\(counters.replayDifferences)"])
    }
  }

  private static var bootID: String {
    // Without it, restarts are told from reboots by the recording events alone.
    ((try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "unknown")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  // MARK: Configuration

  /// Puts the plant in force: people, plan, devices.
  func start() async throws {
    let known = await recorder.inspect { engine in engine.floor.planDigest }
    try await putInForce(plant)
    let sources = try await deviceSources(plant, expectsBrokerSession: !known.isEmpty)
    try sources.start()
    self.sources = sources
    erp = plant.erp.map(erpService)
    deliveryTrigger.attach(erp)
  }

  private func putInForce(_ plant: PlantConfiguration) async throws {
    let plan = plant.plan
    let old = await recorder.inspect { engine in engine.floor.plan }
    let changes = PlanComparison.changes(from: old, to: plan)
    let answer = await recorder.apply(
      plan, digest: PlanComparison.digest(of: plan), changes: old.stations.isEmpty ? [] : changes, at: clock.now().utc)
    if case .refused(let refusal) = answer { throw refusal }
    let people = await recorder.perform(.updatePeople(plant.people), actor: "configuration", at: clock.now().utc)
    if case .refused(let refusal) = people { throw refusal }
    feedback.putInForce(plant.stations.map(\.name))
  }

  private func deviceSources(_ plant: PlantConfiguration, expectsBrokerSession: Bool) async throws -> DeviceSources {
    let learned = await recorder.inspect { engine in engine.floor.deviceLimits }
    let recorder = self.recorder
    let clock = self.clock
    let logger = self.logger
    return try DeviceSources(
      plant, parameters: try recorder.reader.parameters(), inbox: FeedbackInbox(recorder: recorder, board: feedback),
      clock: clock,
      expectsBrokerSession: expectsBrokerSession, learned: learned
    ) { limits in
      let isTaken = recorder.submit(.noteDeviceLimits(limits), from: limits.device, at: clock.now().utc) { _ in }
      if !isTaken {
        logger.warning(
          "what a device refuses was learned and not kept; it is learned again after the next start",
          metadata: ["device": "\(limits.device)"])
      }
    }
  }

  /// Reads the configuration again. A faulty one changes nothing.
  func reload() async -> ReloadAnswer {
    guard !isReloading else {
      return ReloadAnswer(accepted: false, text: "A reload is under way. Try again in a moment.")
    }
    isReloading = true
    defer { isReloading = false }
    do {
      let new = try ConfigurationReader.read(configurationFile)
      guard new.dataFolder.path == plant.dataFolder.path, new.erp == plant.erp, new.screens == plant.screens else {
        return ReloadAnswer(
          accepted: false,
          text: "\"data\", \"erp\" and \"console\" are read at the start only. Restart the daemon to change them.")
      }
      let learned = await recorder.inspect { engine in engine.floor.deviceLimits }
      try DeviceSources.checkModbus(new, inbox: recorder, clock: clock, learned: learned)
      try await putInForce(new)
      sources?.stop()
      sources = nil
      // Only now are the numbers of new parameters known.
      try await startSources(of: new)
      plant = new
      logger.info("configuration reloaded")
      return ReloadAnswer(accepted: true, text: "The configuration is in force.")
    } catch {
      if sources == nil, let answer = await restoreSources(after: error) { return answer }
      logger.warning("a configuration was refused; the old one stays in force", metadata: ["reason": "\(error)"])
      return ReloadAnswer(accepted: false, text: "\(describe(error)) The old configuration stays in force.")
    }
  }

  /// Puts the configuration before in force again, because the new one failed after the devices had been stopped.
  ///
  /// - Returns: nil where that went well.
  private func restoreSources(after error: any Error) async -> ReloadAnswer? {
    do {
      try await putInForce(plant)
      try await startSources(of: plant)
      return nil
    } catch let second {
      logger.error(
        "a configuration failed and the old one could not be put in force again; nothing is polled",
        metadata: ["reason": "\(error)", "old": "\(second)"])
      return ReloadAnswer(
        accepted: false,
        text: "\(describe(error)) The old configuration could not be put in force again: \(describe(second)) "
          + "No device is polled. Correct the configuration and reload it.")
    }
  }

  private func startSources(of plant: PlantConfiguration) async throws {
    let running = try await deviceSources(plant, expectsBrokerSession: true)
    try running.start()
    sources = running
  }

  private func describe(_ error: any Error) -> String {
    if let refusal = error as? Refusal { refusal.words.english } else { "\(error)" }
  }

  // MARK: Running

  /// Runs until SIGTERM or SIGINT; then ends devices first, so that nothing is taken that is not recorded.
  func run() async throws {
    let key = try SigningKey.loadOrCreate(at: plant.keyPath)
    let recorder = self.recorder
    let erp = self.erp
    let sealing = SealingService(
      recorder: recorder, key: key, clock: clock, sealAfterMicroseconds: plant.sealAfterMicroseconds,
      work: triggers.work, logger: logger, sealed: { erp?.poke() })
    let ports = ConsolePorts(
      status: { [weak self] in
        guard let self else { return LineStatus.stopping }
        return await self.status()
      },
      acknowledge: { [clock] request in
        await Self.acknowledge(request, recorder: recorder, at: clock.now().utc)
      },
      hold: { [clock] request in
        let command: Command =
          request.lift
          ? .liftHold(lot: request.lot, person: request.person, reason: request.reason)
          : .hold(lot: request.lot, person: request.person, reason: request.reason)
        return await recorder.perform(command, actor: "person \(request.person)", at: clock.now().utc)
      },
      dispose: { [clock] request in
        await recorder.perform(
          .disposeMaterial(
            material: request.material, status: request.status, person: request.person, reason: request.reason),
          actor: "person \(request.person)", at: clock.now().utc)
      },
      reload: { [weak self] in
        guard let self else { return ReloadAnswer(accepted: false, text: "The daemon is stopping.") }
        return await self.reload()
      }, devices: devicePorts, feedback: feedback.hub)
    let desk = WriteDesk(recorder: recorder, clock: clock, logger: logger, news: writeNews) { [weak self] write in
      guard let self else {
        return DeviceWriteReport(
          id: write.id, outcome: .unreachable, detail: "the daemon is stopping", at: write.orderedAt)
      }
      return await self.perform(write)
    }
    let console = ConsoleService(
      server: ConsoleServer(socketPath: plant.socketPath, screens: plant.screens, ports: ports, logger: logger),
      logger: logger)
    let stations = FeedbackService(board: feedback, recorder: recorder, clock: clock)
    var services: [any Service] = [sealing, console, desk, stations, ReloadOnHangup(daemon: self)]
    if let erp { services.append(DeliveryService(service: erp)) }
    let group = ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    logger.info("recording", metadata: ["line": "\(plant.line)", "site": "\(plant.site)", "key": "\(key.keyID)"])
    defer { stop() }
    try await group.run()
  }

  func stop() {
    sources?.stop()
    recorder.stop()
    logger.info("stopped")
  }

  private static func acknowledge(_ request: AcknowledgeRequest, recorder: Recorder, at time: Timestamp) async
    -> CommandAnswer
  {
    let command = Command.acknowledge(alarm: request.alarm, person: request.person, cause: request.cause)
    return await recorder.perform(command, actor: "person \(request.person)", at: time)
  }

  // MARK: ERP

  private func erpService(_ entry: ERPEntry) -> ERPService {
    let recorder = self.recorder
    let clock = self.clock
    let logger = self.logger
    let ports = ERPServicePorts(
      nextRows: { now, longestWait in
        try recorder.reader.nextOutboxRows(
          at: now, longestWaitMicroseconds: longestWait, limit: Self.maximumRowsAtOnce)
      },
      firstRow: { try recorder.reader.firstOutboxRow(of: $0) },
      backlog: { try recorder.reader.outboxBacklog() },
      payload: { row in try recorder.reader.outboxPayload(of: row.id) },
      report: { report in
        let answer = await recorder.perform(.reportDelivery(report), actor: "recorder", at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      applyWork: { change in
        let answer = await recorder.takeWork(change, settings: [], at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      loadCursor: { try recorder.reader.setting("erp.cursor") },
      saveCursor: { cursor in
        let answer = await recorder.takeWork(WorkChange(), settings: [("erp.cursor", cursor)], at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      note: { logger.info("erp", metadata: ["note": "\($0)"]) })
    switch entry {
    case .http(let url, let tokenFile, let poll):
      let policy = RetryPolicy(firstMicroseconds: min(5_000_000, poll), capMicroseconds: 300_000_000)
      return ERPService(
        connector: HTTPConnector(HTTPConnectorSettings(baseURL: url, tokenFile: tokenFile)), ports: ports,
        clock: clock, policy: policy, pollMicroseconds: poll)
    case .files(let outbound, let inbound, let awaits, let poll):
      return ERPService(
        connector: FileDropConnector(
          FileDropSettings(outboundFolder: outbound, inboundFolder: inbound, awaitsAcknowledgement: awaits)),
        ports: ports, clock: clock, pollMicroseconds: poll)
    }
  }

  /// Outbox rows that are read together, without their payloads.
  static let maximumRowsAtOnce = 256

  // MARK: Status

  func status() async -> LineStatus {
    let now = clock.now()
    let view = await recorder.inspect { engine in FloorView(engine) }
    let composer = StatusComposer(
      plant: plant, now: now, startedAt: startedAt, view: view, recorder: recorder, devices: sources?.status() ?? [],
      erp: erp?.status(), refusals: refusals, feedback: feedback.hub.counters)
    return composer.status()
  }
}

/// Runs the console as a service of the group.
struct ConsoleService: Service {
  let server: ConsoleServer
  let logger: Logger

  func run() async throws {
    try await server.run(onScreensReady: { port in logger.info("screens are served", metadata: ["port": "\(port)"]) })
  }
}

/// Runs the ERP exchange until the group shuts down.
struct DeliveryService: Service {
  let service: ERPService

  func run() async throws {
    try await cancelWhenGracefulShutdown { try await service.run() }
  }
}

/// SIGHUP reads the configuration again.
struct ReloadOnHangup: Service {
  let daemon: Daemon

  func run() async throws {
    for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
      _ = await daemon.reload()
    }
  }
}

extension LineStatus {
  static var stopping: LineStatus {
    LineStatus(
      programVersion: lotwireVersion, site: "", line: "", isRecording: false,
      recordingDetail: "the daemon is stopping", at: SystemClock().now().utc, uptimeSeconds: 0)
  }
}

/// The version of this program, in records of what wrote them.
let lotwireVersion = "0.1.0"

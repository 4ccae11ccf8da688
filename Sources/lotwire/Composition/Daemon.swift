import BatchRecord
import Console
import Devices
import ERP
import Foundation
import Ledger
import Logging
import Notifications
import Recorder
import ServiceLifecycle
import Shopfloor
import UnixSignals

/// The running daemon: the one place that knows every room.
actor Daemon {
  private let configurationFile: URL
  let logger: Logger
  let clock: any WallClock = SystemClock()
  let recorder: Recorder
  private let triggers: SealingTriggers
  private let refusals = RefusalBoard()
  private let writeNews = WriteNews()
  private let deliveryTrigger = DeliveryTrigger()
  private let notificationTrigger = NotificationTrigger()
  private let feedback: FeedbackBoard
  private let startedAt: ClockReading
  private(set) var plant: PlantConfiguration
  /// Asked without waiting for this actor: a write to a device must not stand behind a reload or a question.
  nonisolated let devices = RunningDevices()
  /// Reads for the console and the configuration.
  let consoleLedger: LedgerAccess
  private let sealingLedger: LedgerAccess
  let erpLedger: LedgerAccess
  let notificationLedger: LedgerAccess
  let sparkplug: SparkplugService
  private let care: LedgerCare
  private var erp: ERPService?
  /// Made once the actor can hand out its ports.
  private var notifications: NotificationService?
  /// A reload waits in between; a second one meanwhile would leave the sources of the first running for ever.
  private var isReloading = false

  /// Opens the ledger and puts the configuration in force.
  init(configurationFile: URL, plant: PlantConfiguration, logger: Logger) async throws {
    self.configurationFile = configurationFile
    self.plant = plant
    self.logger = logger
    try FileManager.default.createDirectory(
      at: plant.dataFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let triggers = SealingTriggers(settleMicroseconds: plant.sealAfterMicroseconds, logger: logger)
    let refusals = self.refusals
    let writeNews = self.writeNews
    let written = WrittenValues()
    let deliveryTrigger = self.deliveryTrigger
    let notificationTrigger = self.notificationTrigger
    self.triggers = triggers
    startedAt = clock.now()
    let feedback = FeedbackBoard(startedAt: startedAt.utc)
    self.feedback = feedback
    var setup = Recorder.Setup(
      ledgerPath: plant.ledgerPath, programVersion: lotwireVersion, bootID: Self.bootID)
    setup.tell = { logger.notice("\($0)") }
    recorder = try Recorder(setup, clock: clock) { events in
      triggers.take(events)
      refusals.take(events)
      writeNews.take(events)
      written.take(events)
      deliveryTrigger.take(events)
      notificationTrigger.take(events)
      feedback.take(events)
    }
    consoleLedger = try LedgerAccess(path: plant.ledgerPath, purpose: "console")
    sealingLedger = try LedgerAccess(path: plant.ledgerPath, purpose: "sealing")
    erpLedger = try LedgerAccess(path: plant.ledgerPath, purpose: "erp")
    notificationLedger = try LedgerAccess(path: plant.ledgerPath, purpose: "notifications")
    sparkplug = SparkplugService(
      recorder: recorder, ledger: consoleLedger, clock: clock, logger: logger, written: written)
    let notes = DutyNotes()
    care = LedgerCare(
      ledgerPath: plant.ledgerPath, recorder: recorder, clock: clock, logger: logger, notes: notes,
      makeDuties: try Self.duties(of: plant, notes: notes))
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
    triggers.remember(await recorder.inspect { engine in engine.floor })
    await lookBack()
    try await noteEndWithoutWord()
    try await putInForce(plant)
    try await startSources(of: plant)
    let wasRefused = await recorder.inspect { engine in engine.floor.isCredentialRefusedByERP }
    erp = try plant.erp.map { try erpService($0, wasRefused: wasRefused) }
    deliveryTrigger.attach(erp)
    let service = notificationService()
    service.configure(try await subscriptions(of: plant))
    notifications = service
    notificationTrigger.attach(service)
    try await publishSparkplug(plant)
  }

  /// What was refused or set aside shortly before this start is still to be told in a record. A line records also where
  /// that cannot be read.
  private func lookBack() async {
    do {
      triggers.lookBack(
        try await sealingLedger.read { reader in
          let last = try reader.lastEventSequence()
          let count = SealingTriggers.maximumLookedBack
          return try reader.events(after: last - Int64(count), limit: count)
        })
    } catch {
      logger.error(
        "the last events cannot be read; a delivery that was refused before this start may lack its addendum",
        metadata: ["error": "\(error)"])
    }
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

  private func deviceSources(_ plant: PlantConfiguration) async throws -> DeviceSources {
    let learned = await recorder.inspect { engine in engine.floor.deviceLimits }
    let brokers = await recorder.inspect { engine in engine.floor.brokers }
    let lastCommit = try await consoleLedger.read { try $0.lastCommitBeforeStart() }
    let recorder = self.recorder
    let clock = self.clock
    let logger = self.logger
    let parameters = try await consoleLedger.read { try $0.parameters() }
    return try DeviceSources(
      plant, parameters: parameters, inbox: FeedbackInbox(recorder: recorder, board: feedback),
      clock: clock,
      sessions: FormerSessions(brokers: brokers ?? [:], lastCommit: lastCommit), learned: learned
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
      guard new.dataFolder.path == plant.dataFolder.path, new.erp == plant.erp, new.screens == plant.screens,
        new.keeping == plant.keeping
      else {
        return ReloadAnswer(
          accepted: false,
          text:
            "\"data\", \"erp\", \"console\" and \"keeping\" are read at the start only. Restart the daemon to change them."
        )
      }
      let learned = await recorder.inspect { engine in engine.floor.deviceLimits }
      try DeviceSources.checkMessages(new)
      try DeviceSources.checkModbus(new, inbox: recorder, clock: clock, learned: learned)
      try await putInForce(new)
      devices.stop()
      // Only now are the numbers of new parameters known.
      try await startSources(of: new)
      if new.notifications != plant.notifications || new.mqttBrokers != plant.mqttBrokers {
        notifications?.configure(try await subscriptions(of: new))
      }
      plant = new
      logger.info("configuration reloaded")
      return ReloadAnswer(
        accepted: true, text: "The configuration is in force." + (await republishSparkplug(new)))
    } catch let ended as RunningDevices.Ended {
      return ReloadAnswer(accepted: false, text: ended.description)
    } catch {
      if devices.isEmpty, let answer = await restoreSources(after: error) { return answer }
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
    try devices.start(try await deviceSources(plant))
  }

  private func describe(_ error: any Error) -> String {
    if let refusal = error as? Refusal { refusal.words.english } else { "\(error)" }
  }

  // MARK: Running

  /// Longest orderly end of everything before the recorder, in seconds: what hangs then is left behind. Below
  /// `TimeoutStopSec` in systemd/lotwire.service, so that the recorder has its time.
  static let maximumGracefulShutdownSeconds = 10

  /// Runs until SIGTERM or SIGINT. Then the devices end first, so that nothing is taken that is not judged and shown;
  /// the recorder ends last.
  func run() async throws {
    let key = try SigningKey.loadOrCreate(at: plant.keyPath)
    let recorder = self.recorder
    let erp = self.erp
    let sealing = SealingService(
      recorder: recorder, ledger: sealingLedger, key: key, clock: clock, triggers: triggers, logger: logger,
      sealed: { erp?.poke() })
    let ports = ConsolePorts(
      status: { [weak self] in
        guard let self else { return LineStatus.stopping }
        return await self.status()
      },
      acknowledge: { [clock] request in
        await recorder.perform(request.command, actor: "person \(request.person)", at: clock.now().utc)
      },
      alarm: { [clock] command in
        await recorder.perform(.alarm(command), actor: "person \(command.person)", at: clock.now().utc)
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
      controlPlan: { [weak self] command in
        guard let self else { return .refused(Recorder.busy) }
        return await self.perform(command)
      },
      count: { [clock] report in
        await recorder.perform(.reportQuantity(report), actor: "person \(report.person)", at: clock.now().utc)
      },
      decideDeliveries: { [clock] request in await recorder.decide(request, at: { clock.now().utc }) },
      comparison: ComparisonDesk(erp: erp, recorder: recorder, clock: clock).ports,
      reload: { [weak self] in
        guard let self else { return ReloadAnswer(accepted: false, text: "The daemon is stopping.") }
        return await self.reload()
      }, devices: devicePorts, feedback: feedback.hub)
    let desk = WriteDesk(recorder: recorder, clock: clock, logger: logger, news: writeNews) { [devices, clock] write in
      await devices.perform(write, clock: clock)
    }
    let console = ConsoleService(
      server: ConsoleServer(socketPath: plant.socketPath, screens: plant.screens, ports: ports, logger: logger),
      logger: logger)
    let stations = FeedbackService(board: feedback, recorder: recorder, clock: clock)
    // They end in the reverse order, each after the one behind it has.
    var services: [any Service] = [care, sealing]
    if let erp { services.append(DeliveryService(service: erp)) }
    if let notifications { services.append(TellingService(service: notifications)) }
    services.append(SparkplugPublishing(service: sparkplug))
    services += [console, desk, stations, ReloadOnHangup(daemon: self), DeviceService(devices: devices)]
    var lifecycle = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    lifecycle.maximumGracefulShutdownDuration = .seconds(Self.maximumGracefulShutdownSeconds)
    let group = ServiceGroup(configuration: lifecycle)
    logger.info("recording", metadata: ["line": "\(plant.line)", "site": "\(plant.site)", "key": "\(key.keyID)"])
    defer { stop() }
    try await group.run()
  }

  func stop() {
    devices.end()
    recorder.stop()
    logger.info("stopped")
  }

  // MARK: Status

  /// What a status is composed of that a reload changes.
  private var shown: (plant: PlantConfiguration, erp: ERPService?, notifications: NotificationService?) {
    (plant, erp, notifications)
  }

  /// Composed outside the actor: it takes as long as the floor is large.
  nonisolated func status() async -> LineStatus {
    let shown = await shown
    let now = clock.now()
    let view = await recorder.inspect { engine in FloorView(engine) }
    // A count that cannot be read now is shown as 0; recording does not depend on it.
    let events = (try? await consoleLedger.read { try $0.lastEventSequence() }) ?? 0
    // What cannot be counted now is left out; nothing depends on it.
    let outbox = try? await consoleLedger.read { try $0.outboxBacklog() }
    let sealing = triggers.counts
    let composer = StatusComposer(
      plant: shown.plant, now: now, startedAt: startedAt, view: view, recorder: recorder, eventCount: events,
      devices: devices.status() + [sparkplug.status].compactMap { $0 }, erp: shown.erp?.status(), outbox: outbox,
      notifications: shown.notifications?.status() ?? [], refusals: refusals, feedback: feedback.hub.counters,
      sealing: SealingStatus(waiting: sealing.waiting, failedAttempts: sealing.failures, dropped: sealing.dropped),
      duties: care.statuses)
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

public import Devices
public import Recorder
public import Shopfloor

/// How the line stands at one moment: what `GET /status` answers and what `lotwire status` prints.
public struct LineStatus: Hashable, Sendable, Codable {
  public var programVersion: String
  public var site: String
  public var line: String
  /// False where the daemon runs but cannot put readings on disk; `recordingDetail` says why.
  public var isRecording: Bool
  public var recordingDetail: String
  public var at: Timestamp
  public var uptimeSeconds: Double
  /// The recorder itself: what it counted, its disk, what it holds back; nil where the daemon is stopping.
  public var recorder: RecorderState?
  public var stations: [StationStatus]
  /// The alarms that call somebody, the most urgent first.
  public var openAlarms: [Alarm]
  /// Out of sight for a time; the first to come back first.
  public var shelvedAlarms: [Alarm]
  /// Alarms of sources that are out of service.
  public var silentAlarms: [Alarm]
  /// The sources themselves: who took them out, why, and since when.
  public var outOfService: [AlarmServiceChanged]
  public var devices: [LinkStatus]
  public var inbox: InboxStatus
  public var ledger: LedgerStatus
  public var delivery: DeliveryStatus?
  /// Interlocks that have been in demand.
  public var interlocks: [InterlockStatus]
  public var deviceNotes: [DeviceNote]
  /// What was told to screens and terminals at the stations, and who was too slow for it.
  public var feedback: FeedbackHub.Counters
  public var sealing: SealingStatus
  /// In the order of the configuration.
  public var notifications: [SubscriptionStatus]

  public init(
    programVersion: String, site: String, line: String, isRecording: Bool, recordingDetail: String = "", at: Timestamp,
    uptimeSeconds: Double, recorder: RecorderState? = nil, stations: [StationStatus] = [], openAlarms: [Alarm] = [],
    outOfService: [AlarmServiceChanged] = [], devices: [LinkStatus] = [],
    inbox: InboxStatus = InboxStatus(), ledger: LedgerStatus = LedgerStatus(), delivery: DeliveryStatus? = nil,
    interlocks: [InterlockStatus] = [], deviceNotes: [DeviceNote] = [],
    feedback: FeedbackHub.Counters = FeedbackHub.Counters(), sealing: SealingStatus = SealingStatus(),
    notifications: [SubscriptionStatus] = []
  ) {
    self.programVersion = programVersion
    self.site = site
    self.line = line
    self.isRecording = isRecording
    self.recordingDetail = recordingDetail
    self.at = at
    self.uptimeSeconds = uptimeSeconds
    self.recorder = recorder
    self.stations = stations
    self.openAlarms = openAlarms.filter(\.callsPeople).sorted(by: Alarm.isMoreUrgent)
    shelvedAlarms = openAlarms.filter { $0.state == .shelved }.sorted { left, right in
      guard let first = left.shelving?.until, let second = right.shelving?.until, first != second else {
        return Alarm.isMoreUrgent(left, than: right)
      }
      return first < second
    }
    silentAlarms = openAlarms.filter { $0.state == .outOfService }.sorted(by: Alarm.isMoreUrgent)
    self.outOfService = outOfService
    self.devices = devices
    self.inbox = inbox
    self.ledger = ledger
    self.delivery = delivery
    self.interlocks = interlocks
    self.deviceNotes = deviceNotes
    self.feedback = feedback
    self.sealing = sealing
    self.notifications = notifications
  }
}

/// The way from the devices to the disk, counted since the start of the daemon.
public struct InboxStatus: Hashable, Sendable, Codable {
  public var waitingBatches: Int
  public var capacityBatches: Int
  /// Batches and commands that found the inbox full.
  public var turnedAway: Int

  public init(waitingBatches: Int = 0, capacityBatches: Int = 0, turnedAway: Int = 0) {
    self.waitingBatches = waitingBatches
    self.capacityBatches = capacityBatches
    self.turnedAway = turnedAway
  }
}

/// What is on disk.
public struct LedgerStatus: Hashable, Sendable, Codable {
  /// Sequence number of the last event.
  public var events: Int64
  /// Readings committed since the start of the daemon.
  public var readings: Int64
  public var commits: Int64
  public var fileBytes: Int64
  /// Of the write-ahead log beside it; more than a few megabytes only while somebody reads for long.
  public var walBytes: Int64 = 0
  public var lastCommitAt: Timestamp?
  /// What keeps the ledger in order beside the recording.
  public var duties: [DutyStatus]

  public init(
    events: Int64 = 0, readings: Int64 = 0, commits: Int64 = 0, fileBytes: Int64 = 0, lastCommitAt: Timestamp? = nil,
    duties: [DutyStatus] = []
  ) {
    self.events = events
    self.readings = readings
    self.commits = commits
    self.fileBytes = fileBytes
    self.lastCommitAt = lastCommitAt
    self.duties = duties
  }
}

/// The records of completed lots that are to be sealed, counted since the start of the daemon.
public struct SealingStatus: Hashable, Sendable, Codable {
  /// Lots and materials that wait for their time or another attempt.
  public var waiting: Int
  public var failedAttempts: Int
  /// What found no room to wait.
  public var dropped: Int

  public init(waiting: Int = 0, failedAttempts: Int = 0, dropped: Int = 0) {
    self.waiting = waiting
    self.failedAttempts = failedAttempts
    self.dropped = dropped
  }
}

/// The exchange with the ERP.
public struct DeliveryStatus: Hashable, Sendable, Codable {
  /// People whom the ERP named since the start of the daemon and whom the configuration does not know.
  public struct UnknownPeople: Hashable, Sendable, Codable {
    public var count: Int
    /// The first of them with their names.
    public var listed: [String]

    public init(count: Int, listed: [String] = []) {
      self.count = count
      self.listed = listed
    }
  }

  public var connector: String
  public var isConnected: Bool
  public var lastContactAt: Timestamp?
  /// The last error in plain words; nil where there is none.
  public var lastError: String?
  public var waitingRows: Int
  public var oldestWaitingSeconds: Double?
  public var blockedRows: Int
  /// Rows that the ERP refused and that nobody decided about, and rows that a person set aside.
  public var refusedRows: Int
  public var setAsideRows: Int
  public var deliveredRows: Int
  /// Work of the ERP that was not taken over, word by word.
  public var refusedWork: [String]
  /// Nil: an older program did not say.
  public var unknownPeople: UnknownPeople?
  /// Nil: nothing is compared, or an older program did not say.
  public var comparison: ComparisonStatus?

  public init(
    connector: String, isConnected: Bool, lastContactAt: Timestamp?, lastError: String?, waitingRows: Int,
    oldestWaitingSeconds: Double?, blockedRows: Int, deliveredRows: Int, refusedWork: [String] = [],
    refusedRows: Int = 0, setAsideRows: Int = 0, unknownPeople: UnknownPeople? = nil,
    comparison: ComparisonStatus? = nil
  ) {
    self.connector = connector
    self.isConnected = isConnected
    self.lastContactAt = lastContactAt
    self.lastError = lastError
    self.waitingRows = waitingRows
    self.oldestWaitingSeconds = oldestWaitingSeconds
    self.blockedRows = blockedRows
    self.deliveredRows = deliveredRows
    self.refusedRows = refusedRows
    self.setAsideRows = setAsideRows
    self.refusedWork = refusedWork
    self.unknownPeople = unknownPeople
    self.comparison = comparison
  }
}

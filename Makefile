# Lotwire on Debian 12: `make` lists what can be done here.
# Swift 6.3 and git come from https://www.swift.org/install/linux/; `make setup` installs everything else.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build demo test faults erpfaults powercut simulate bench lint fuzz

SWIFT ?= swift
# Libraries to build against; the broker, its clients, the USB simulation and the independent programs for Modbus and for
# printed symbols that the tests and the demo start.
PACKAGES := pkg-config libsqlite3-dev libmodbus-dev libusb-1.0-0-dev libmosquitto-dev \
	mosquitto mosquitto-clients e2fsprogs xfsprogs umockdev libumockdev-dev \
	zxing-cpp-tools librsvg2-bin mbpoll socat python3-venv python3-jsonschema python3-yaml openssl python3-aiosmtpd \
	libxml2-utils
SWIFT_FOLDERS := Package.swift $(wildcard Sources Simulators Tests Benchmarks)

help: ## Show this list
	@sed -n -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## Install the Debian packages (asks for root only then) and the Python peers that are missing
	@command -v $(SWIFT) >/dev/null || { \
	  echo "Swift is not installed or not in PATH. Install Swift 6.3 for Debian 12" >&2; \
	  echo "from https://www.swift.org/install/linux/ and run make again." >&2; exit 1; }
	@.ci/install-packages $(PACKAGES)
	@.ci/python-peers

build: setup ## Build the daemon and the simulators, optimised
	$(SWIFT) build -c release --product lotwire
	$(SWIFT) build -c release --product simulate

# With a real ERP: make demo ERP=tryton
ERP ?= simulated
demo: setup ## Run a simulated line from the first scan to the verified batch record
	$(SWIFT) build --product lotwire
	$(SWIFT) build --product simulate
	@exec .build/debug/simulate demo --erp $(ERP)

test: setup lint ## Check the style, build everything, run every test
	$(SWIFT) build --build-tests
	@.ci/run-tests $(SWIFT)

faults: setup ## Measure whether faulty Modbus devices make healthy ones late, and look for wrong values
	$(SWIFT) build -c release --product simulate
	$(SWIFT) build -c release --product faults
	@exec "$$($(SWIFT) build -c release --show-bin-path)/faults"

# Both file systems, so many cuts each: make powercut CUTS=100 SEED=7. Needs root, loop devices, e2fsprogs and xfsprogs.
CUTS ?= 100
powercut: setup ## Let the daemon record on file systems that lose their power, and look for what was acknowledged
	$(SWIFT) build --product lotwire
	$(SWIFT) build --product simulate
	$(SWIFT) build --product powercut
	@# Mounts of its own: whoever else makes a mount namespace meanwhile would keep a file system alive that is unmounted.
	@exec unshare --mount --propagation private "$$($(SWIFT) build --show-bin-path)/powercut" --cycles $(CUTS) --seed $(SEED)

# So many orders through a disturbed connection, a seed each: make erpfaults SEEDS=300 SEED=1
erpfaults: setup ## Disturb the exchange with a real ERP at every stage of every call, and look for what is there twice
	$(SWIFT) build --product erpfaults
	@exec "$$($(SWIFT) build --show-bin-path)/erpfaults" --seeds $(if $(findstring command,$(origin SEEDS)),$(SEEDS),300) --seed $(SEED) --lines 2

bench: setup ## Measure the speeds against a plain C floor
	@touch Benchmarks/Package.swift # so that new files in Sources/ are seen
	$(SWIFT) build -c release --package-path Benchmarks
	@exec "$$($(SWIFT) build -c release --package-path Benchmarks --show-bin-path)/bench"

# One day of one seed unless told otherwise: make simulate SEED=1 SEEDS=1000 DAYS=0.25; STEPS=n ends after n turns of the
# recorder, RATE=4 has four times as many faults, LIES=1 has a disk that lies (see Tests/LineSimulation/README.md).
DAYS ?= 1
SEEDS ?= 1
simulate: setup ## Run the real recorder through simulated days with faults and check its promises
	$(SWIFT) build -c release --product daysimulation
	@exec "$$($(SWIFT) build -c release --show-bin-path)/daysimulation" --seed $(SEED) --seeds $(SEEDS) --days $(DAYS) \
	  $(if $(STEPS),--steps $(STEPS)) $(if $(RATE),--fault-rate $(RATE)) $(if $(LIES),--lies)

# 10 minutes unless told otherwise, shared by the decoders: make fuzz SECONDS=60 SEED=7
SECONDS ?= 600
SEED ?= 1
FUZZED := modbus scanners labels mqtt sparkplug ledger
fuzz: setup ## Throw damaged bytes at the decoders, under the address sanitizer
	$(SWIFT) build --sanitize=address --scratch-path .build-fuzz --product fuzz
	@for decoders in $(FUZZED); do \
	  .build-fuzz/debug/fuzz $$decoders --seconds $$(( $(SECONDS) / $(words $(FUZZED)) + 1 )) --seed $(SEED); done

lint: ## Check the style of every Swift file
	$(SWIFT) format lint --strict -r $(SWIFT_FOLDERS)

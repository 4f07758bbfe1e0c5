# make demo   the whole path in one process: a shop, a Kafka, the rules, a live screen
# make test   all tests
# make test-long   the engine against the naive model of the language, 10,000 random worlds
# make simulate SEEDS=3000   a worker on a simulated Kafka, through so many seeds of faults
# make lint   the layout of the code
# make build  an optimised `tenet` in .build/release
# make setup  only the system packages that these need
.PHONY: help demo test test-long simulate lint build setup format clean

help:
	@sed -n 's/^# //p' Makefile

setup:
	@.ci/setup test

build:
	@.ci/setup build
	swift build -c release --product tenet

demo: build
	.build/release/tenet demo $(ARGS)

test:
	@.ci/setup test
	swift test --disable-xctest $(ARGS)

simulate:
	@.ci/setup test
	TENET_SEEDS=$(or $(SEEDS),1000) swift test --disable-xctest --filter SimulationTests

test-long:
	@.ci/setup test
	TENET_SEEDS=10000 swift test --disable-xctest --filter ModelTests $(ARGS)

lint:
	swift format lint --strict -r Sources Tests Benchmarks Package.swift

format:
	swift format -i -r Sources Tests Benchmarks Package.swift

# SPDX-License-Identifier: Apache-2.0
Feature: Does it go down?
  How many knipperlichten, of what, how old, with what outcome; and the share of dossiers that have one.

  Scenario: By type, channel and outcome
    When POD MI sends a knipperlicht about Anna's work
    And POD MI sends a knipperlicht about Bram's pension
    And all of them are here
    And Els answers it with X-COUNTED
    And it is closed
    Then the statistics count 2 knipperlichten, 1 of them accepted
    And the statistics count 1 of type work

  Scenario: The share of dossiers with a knipperlicht
    Given Anna has a leefloon dossier
    When POD MI sends the monthly statement of leefloon of June 2026
    And POD MI sends a knipperlicht about Anna's work of June 2026
    Then the statistics say which share of the dossiers has a knipperlicht

  Scenario: The same by semafoorctl and by the plugin
    When POD MI sends 3 knipperlichten
    And all of them are here
    Then semafoorctl and the plugin give the same statistics

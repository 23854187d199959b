# SPDX-License-Identifier: Apache-2.0
Feature: Reminders
  What lies too long is said, once for each step; and before March and October what would be recalled.

  Scenario: A knipperlicht that lies for two weeks
    Given the rules remind after 14 days
    When POD MI sends a knipperlicht about Anna's work
    And all of them are here
    And 15 days pass
    Then there is 1 reminder about it, after 14 days, in nl, fr, de and en

  Scenario: What is answered reminds nobody
    Given the rules remind after 14 days
    When POD MI sends a knipperlicht about Anna's work
    And Els answers it with X-COUNTED
    And it is closed
    And POD MI sends a knipperlicht about Bram's work
    And all of them are here
    And 15 days pass
    Then there is 1 reminder about it, after 14 days, in nl, fr, de and en

# SPDX-License-Identifier: Apache-2.0
@not-written
Feature: Reminders
  What lies too long is said, once for each step; and before March and October what would be recalled.

  Scenario: A knipperlicht that lies for two weeks
    Given the rules remind after 0 days
    When POD MI sends a knipperlicht about Anna's work
    Then the software hears a reminder about it, once

  Scenario: What is answered reminds nobody
    Given the rules remind after 0 days
    When POD MI sends a knipperlicht about Anna's work
    And Els answers it with X-COUNTED
    Then no reminder waits

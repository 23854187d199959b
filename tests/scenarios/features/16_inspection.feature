# SPDX-License-Identifier: Apache-2.0
Feature: The file for the inspection
  The inspector wants to see, per person: what came, when, by which channel, what was answered, by whom, and where the proof lies.

  Scenario Outline: For a period, as <kind>
    When POD MI sends a knipperlicht about Anna's work
    And Els answers it with X-COUNTED
    And it is closed
    Then the inspection file as <kind> names the code X-COUNTED and Els

    Examples:
      | kind |
      | csv  |
      | xlsx |
      | pdf  |

  Scenario: A sample is the same sample again
    When POD MI sends 6 knipperlichten
    And all of them are here
    Then a sample of 3 with the same seed has the same persons

  Scenario: Who took the file is in the audit
    When POD MI sends a knipperlicht about Anna's work
    And the inspection file is made for reason "inspection KNI 2026"
    Then the audit says who made it and why

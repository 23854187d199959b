# SPDX-License-Identifier: Apache-2.0
Feature: The monthly statement becomes data
  Every month POD MI says what it pays for each dossier. The OCMW finds its lines by dossier and person, sees the State's
  share, and what changed since last month.

  Scenario Outline: The statement of <kind>
    Given Anna has <law> dossier
    When POD MI sends the monthly statement of <kind> of June 2026
    Then the statement of June 2026 has every dossier
    And Anna's line is found by her number and by her dossier

    Examples:
      | kind                 | law                    |
      | leefloon             | a leefloon             |
      | equivalent leefloon  | an equivalent leefloon |

  Scenario: The statement of employment measures
    Given Anna has a leefloon dossier
    When POD MI sends the monthly statement of employment measures of June 2026
      | person | euro   | article |
      | Anna   | 812.50 | 600001  |
    Then the statement of June 2026 has 1 line, 812.50 euro in all

  Scenario Outline: The statement as <shape>
    Given Anna has a leefloon dossier
    And Bram has a leefloon dossier
    When POD MI sends the monthly statement of leefloon of June 2026 as <shape>
      | person | euro    |
      | Anna   | 1214.20 |
      | Bram   | 809.47  |
    Then the statement of June 2026 has 2 lines, 2023.67 euro in all

    Examples:
      | shape |
      | TXT   |
      | CSV   |
      | ZIP   |

  Scenario: Totals per budget article, with the State's share
    Given Anna has a leefloon dossier
    And Bram has a leefloon dossier
    When POD MI sends the monthly statement of leefloon of June 2026
      | person | euro    | article |
      | Anna   | 1000.00 | X00001  |
      | Bram   | 500.00  | X00001  |
      | Bram   | -100.00 | X00002  |
    Then article X00001 has 1500.00 euro in all
    And article X00002 has -100.00 euro in all

  Scenario: The difference with the month before
    Given Anna has a leefloon dossier
    And Bram has a leefloon dossier
    When POD MI sends the monthly statement of leefloon of May 2026
      | person | euro    |
      | Anna   | 1000.00 |
      | Bram   | 500.00  |
    And POD MI sends the monthly statement of leefloon of June 2026
      | person | euro    |
      | Anna   | 1200.00 |
    Then the difference with May 2026 is
      | person | euro    |
      | Anna   | 200.00  |
      | Bram   | -500.00 |

  Scenario: A corrected statement of the same month takes the place of the first
    Given Anna has a leefloon dossier
    When POD MI sends the monthly statement of leefloon of June 2026
      | person | euro    |
      | Anna   | 1000.00 |
    And the gateway has fetched what is there
    And POD MI sends the monthly statement of leefloon of June 2026
      | person | euro    |
      | Anna   | 1100.00 |
    Then the statement of June 2026 has 1 line, 1100.00 euro in all

  Scenario: One bad line never loses the others
    Given Anna has a leefloon dossier
    And Bram has a leefloon dossier
    When POD MI sends the monthly statement of leefloon of June 2026, with Bram's number damaged
      | person | euro    |
      | Anna   | 1000.00 |
      | Bram   | 500.00  |
    Then the statement of June 2026 has 1 line, 1000.00 euro in all
    And 1 line of it is bad, and listed with its number and reason

  Scenario: What follows the fifteenth field is kept as it came
    Given Anna has a leefloon dossier
    When POD MI sends the monthly statement of leefloon of June 2026, with "REST 42" after the name
      | person | euro    |
      | Anna   | 1000.00 |
    Then Anna's line keeps "REST 42"

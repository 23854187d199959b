# SPDX-License-Identifier: Apache-2.0
Feature: The other lists become notices of dossiers
  What POD MI writes about dossiers, a list at a time, is found where the social worker looks: at the dossier, at the person.

  Scenario Outline: <list>
    Given Anna has a leefloon dossier
    When POD MI sends the list "<list>"
    Then there is a notice of "<list>" for every row of it
    And a notice is found by its dossier and by its person

    Examples:
      | list                 |
      | yearly overview      |
      | forms in reception   |
      | forms blocked        |
      | overlapping          |
      | change of status     |
      | error codes          |

  Scenario: The same list again makes no second notices
    When POD MI sends the list "forms blocked"
    And the gateway has fetched what is there
    And the gateway is restarted
    Then there is a notice of "forms blocked" for every row of it

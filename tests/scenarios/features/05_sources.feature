# SPDX-License-Identifier: Apache-2.0
Feature: Every source of income
  A knipperlicht says where POD MI found what it found. Each source has its name in the languages of the country; the list of
  sources is open.

  Scenario Outline: A knipperlicht about <source>
    Given Anna has a leefloon dossier
    When POD MI sends a knipperlicht about Anna's <source>
    Then the software shows what it is about in nl, fr, de and en
    And what was observed is shown

    Examples:
      | source               |
      | national register    |
      | work                 |
      | wages                |
      | unemployment benefit |
      | pension              |
      | child benefit        |
      | disability allowance |
      | sickness fund        |
      | real estate          |
      | self-employment      |

  Scenario: A source that nobody has heard of yet is shown all the same
    When POD MI sends a knipperlicht about Anna's something new
    Then there is 1 knipperlicht about Anna
    And what was observed is shown

  Scenario: Only the knipperlichten about pensions
    When POD MI sends a knipperlicht about Anna's pension
    And POD MI sends a knipperlicht about Bram's work
    And all of them are here
    Then those about pension are those of Anna

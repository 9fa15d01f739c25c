// Taking the node off the machine, so that it is as it was found.
#pragma once

#include "apply/pki_kind.hpp"
#include "node/survey.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

struct ResetStep {
    std::string name;
    double seconds = 0;
};

struct ResetResult {
    std::string node_name;
    bool declined = false;         ///< on_survey said no: nothing was done
    std::vector<Leftover> removed; ///< what was found at the start, and is gone
    std::vector<Leftover> left;    ///< what a second look found still there
    std::vector<std::string> problems;
    std::vector<ResetStep> steps;
};

/// Called with what will be taken away, before anything is; false ends it all.
using OnSurvey = std::function<bool(const std::vector<Leftover>&)>;

/// What reset would take away. Changes nothing and takes no lock. Throws
/// Error(unsuitable) on a machine where nothing was installed.
[[nodiscard]] std::vector<Leftover> survey_node(const NodeOptions& options, const Keep& keep);

/// Stops everything, takes it away and looks again. Killed at any moment, it is
/// simply repeated: what is needed for that goes last, and only after all else
/// has gone. What cannot be taken away is no Error but in `left`.
ResetResult reset(const NodeOptions& options, const Keep& keep, const Reporting& reporting,
                  const OnSurvey& on_survey);

/// What is wrong with keys that a reset leaves: all of them where the identity
/// is kept, else those with a part that is not ours.
[[nodiscard]] Findings findings_that_outlive_reset(const PkiCheck& check, const Ledger& ledger,
                                                   const Keep& keep);

struct RedeployResult {
    ResetResult reset;
    InstallResult install; ///< empty when the reset left something or was declined
};

/// A reset that keeps the store, then an install of the same profile, release
/// and configuration. What it needs is fetched before anything is taken away,
/// and an interrupted one goes on where it was.
RedeployResult redeploy(const NodeOptions& options, const Keep& keep, const Reporting& reporting,
                        const OnSurvey& on_survey, const OnPlan& on_plan);

} // namespace k8s_node

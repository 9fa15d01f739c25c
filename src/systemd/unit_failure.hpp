// Why a job did not do what was requested, as a value and as an error.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "support/error.hpp"
#include "systemd/job.hpp"

namespace k8s_node {

/// How a process ended: `code` is CLD_EXITED, CLD_KILLED or CLD_DUMPED of
/// waitid(2), 0 if it has not.
struct ProcessEnd {
    int code = 0;
    int status = 0;
    bool operator==(const ProcessEnd&) const = default;
};

/// Returns "exited 1", "exited 203 (its program could not be executed)" or "killed by signal 9
/// (KILL)"; empty if the process has not ended.
[[nodiscard]] std::string text_of(const ProcessEnd& end);

struct UnitFailure {
    FinishedJob job;
    std::string service_result; ///< Result= of the unit: "exit-code", "timeout", …
    std::string command;        ///< the command that failed: "ExecStartPost=/usr/bin/x -y"
    std::string exit_text;      ///< how that command ended, see text_of(ProcessEnd)
    std::string sub_state;
    std::string status_text;
    unsigned restarts = 0;            ///< by systemd itself; for `failing`, failures
    std::string culprit;              ///< for `dependency`: the unit that really failed
    std::string reason{};             ///< the error in its journal that explains the failure best
    std::vector<std::string> journal; ///< last lines, of the culprit if there is one
};

/// Returns "kube-apiserver.service did not start: … exited 1 after 1.20 s".
[[nodiscard]] std::string describe(const UnitFailure& failure);

/// A unit that did not do what was requested: what() says why, the details are its journal, the
/// hint says where to look.
class UnitError : public Error {
public:
    explicit UnitError(UnitFailure failure);
    [[nodiscard]] const UnitFailure& failure() const noexcept { return failure_; }

private:
    UnitFailure failure_;
};

/// Throws UnitError for the first failure that is not the consequence of another one, with the
/// others in its details. Does nothing if there are none.
void throw_on_failure(std::span<const UnitFailure> failures);

} // namespace k8s_node

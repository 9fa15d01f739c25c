#include "health/file_prober.hpp"

#include <cerrno>
#include <unistd.h>

#include "health/explain.hpp"

namespace k8s_node {

void FileProber::ask(std::chrono::milliseconds /*timeout*/) {
    if (::access(path_.c_str(), F_OK) == 0) { // a link that dangles leads to no file
        reply({true, {}});
    } else {
        reply({false, errno == ENOENT ? "there is no file " + path_ : explain_errno(errno)});
    }
}

} // namespace k8s_node

#include "loop/check.hpp"

#include "support/error.hpp"

namespace k8s_node {

int check(int result, std::string_view attempt) {
    if (result < 0) {
        throw system_error(-result, attempt);
    }
    return result;
}

} // namespace k8s_node

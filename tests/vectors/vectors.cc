#include "tests/vectors/vectors.h"

namespace holdfast::vectors {

std::map<std::string, std::string> all() {
  return {{"content.json", content_json()},     {"bodies.json", bodies_json()},
          {"names.json", names_json()},         {"chain.json", chain_json()},
          {"sets.json", sets_json()},           {"registers.json", registers_json()},
          {"documents.json", documents_json()}, {"frames.json", frames_json()}};
}

}  // namespace holdfast::vectors

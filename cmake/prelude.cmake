# The precompiled headers that every target reuses (see _holdfast_compile_options). A precompiled header only fits the flags that it
# was made with, so there is one for the product and one for the tests.

# Tests are compiled without optimisation: what they measure is right or wrong, and the optimiser takes two thirds of their time.
set(HOLDFAST_TEST_OPTIONS -O0 -g1)

function(_holdfast_prelude target header)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "OPTIONS;LINK")
  file(WRITE ${CMAKE_BINARY_DIR}/${target}.cc.new "// The prelude needs a target to belong to.\n")
  file(COPY_FILE ${CMAKE_BINARY_DIR}/${target}.cc.new ${CMAKE_BINARY_DIR}/${target}.cc ONLY_IF_DIFFERENT)
  add_library(${target} OBJECT ${CMAKE_BINARY_DIR}/${target}.cc)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Werror ${arg_OPTIONS})
  target_link_libraries(${target} PRIVATE fmt::fmt Threads::Threads ${arg_LINK})
  target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/${header})
endfunction()

_holdfast_prelude(holdfast_prelude prelude.h)
_holdfast_prelude(holdfast_prelude_test test_prelude.h OPTIONS ${HOLDFAST_TEST_OPTIONS} LINK GTest::gmock)

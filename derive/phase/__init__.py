"""Phase analysis: variance map, fixed points, edge of chaos, depth scales, correlation map, no-go."""

from derive.phase.correlation import CorrelationMap, correlation_map
from derive.phase.depth_scales import Depth50, DepthScales, depth50, depth_scales
from derive.phase.edge import CriticalPoint, critical_line
from derive.phase.feasible import Feasible, feasible
from derive.phase.fixed_points import FixedPoint, Search, fixed_points
from derive.phase.no_go import NoGo, no_go
from derive.phase.result import Critical, Phase
from derive.phase.study import phase
from derive.phase.variance_map import VarianceMap, curve

__all__ = [
    "CorrelationMap",
    "Critical",
    "CriticalPoint",
    "Depth50",
    "DepthScales",
    "Feasible",
    "FixedPoint",
    "NoGo",
    "Phase",
    "Search",
    "VarianceMap",
    "correlation_map",
    "critical_line",
    "curve",
    "depth50",
    "depth_scales",
    "feasible",
    "fixed_points",
    "no_go",
    "phase",
]

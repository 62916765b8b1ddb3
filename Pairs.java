import java.util.*;

public class Pairs {
    /**
     * How many pairs of places hold numbers that add up to target.
     * {@code countPairs(new int[]{1, 2, 3}, 4) // 1}
     * {@code countPairs(new int[]{2, 2, 2}, 4) // 3}
     */
    public static int countPairs(int[] nums, int target) {
        // TODO: count the pairs
        return 0;
    }
}
